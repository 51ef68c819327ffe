"""Company, shops, warehouses, stations, operators, roles, number ranges."""
