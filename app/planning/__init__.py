"""From order to shipments: five pure stages, their trace, and the commit."""
