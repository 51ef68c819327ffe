"""What must hold in the site's data."""

from __future__ import annotations

from collections.abc import Iterator

from app.base.finding import Finding
from app.db import Tx
from app.site import store


def check(tx: Tx) -> Iterator[Finding]:
    """No number is leased twice, stations stand in warehouses there are, no PIN stands in clear."""
    before: tuple[int, int] = (0, 0)
    for range_id, first, last, following in store.leases(tx):
        if range_id == before[0] and first <= before[1]:
            yield Finding("numbers_leased_once", f"range {range_id}", f"{first}..{last} was leased before")
        if last >= following:
            yield Finding("numbers_leased_once", f"range {range_id}", f"next is {following}, {last} is already leased")
        before = (range_id, last)
    warehouses = store.warehouses(tx)
    for station in store.stations(tx):
        if station.warehouse not in warehouses:
            yield Finding("station_stands_somewhere", station.name, f"no warehouse {station.warehouse!r}")
    for bearer in store.bearers(tx):
        if bearer.pin_hash and not bearer.pin_hash.startswith("$argon2id$"):
            yield Finding("pin_is_hashed", bearer.operator.badge, "what stands in its place is no hash")
