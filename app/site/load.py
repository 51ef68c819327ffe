"""Taking a site file into the database."""

from __future__ import annotations

from app.db import Tx
from app.site import store
from app.site.roles import Operator, require
from app.site.site import Site


def load_site(tx: Tx, site: Site, *, operator: Operator) -> None:
    """Adds or replaces what the file names; nothing else changes, no number range moves back."""
    require(operator, "site.import")
    store.put(
        tx,
        company=site.company,
        shops=site.shops,
        warehouses=site.warehouses,
        stations=site.stations,
        operators=site.operators,
        ranges=site.ranges,
    )
