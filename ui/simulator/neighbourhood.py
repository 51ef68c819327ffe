"""What the simulator knows besides the job in hand: who works here, what waits, what is no part of it. Plain Python."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.db import Database
from app.desk.views import store
from app.site import store as site
from app.site.roles import Operator
from app.station.sync import store as goods

# So many shipments and articles are more than a job has; a wrong one is always among them.
_SOME = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """A shipment that can be opened here."""

    shipment: str
    state: str
    units: int
    carrier: str


@dataclass(frozen=True, slots=True)
class Article:
    """Something of the catalogue, with a code that means it alone."""

    code: str
    sku: str
    title: str
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """`parcels`: labels that lie on other benches."""

    operators: tuple[Operator, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    articles: tuple[Article, ...] = field(default=(), repr=False)
    parcels: tuple[str, ...] = ()


def look_around(database: Database, station: str) -> Neighbourhood:
    """Read from the shared database, off the UI thread. DatabaseAway."""
    with database.read() as tx:
        here = site.station(tx, station).warehouse
        people = site.operators(tx)
        codes = goods.barcodes(tx, "", _SOME)
        names = {sku: (title, variant) for sku, title, variant in goods.names(tx, codes[0][0], codes[-1][0])}
    with database.reading() as read:
        rows = [
            row
            for state in ("picked", "ready", "labelled")
            for row in store.listing(read, "shipments", state=state, limit=_SOME, after=None)
        ]
    bearers: dict[str, set[str]] = {}
    for code, sku, _ in codes:
        bearers.setdefault(code, set()).add(sku)
    return Neighbourhood(
        tuple(people),
        tuple(
            Waiting(row["id"], row["state"], row["units"], row["carrier"]) for row in rows if row["warehouse"] == here
        ),
        tuple(Article(code, sku, *names[sku]) for code, sku, units in codes if units == 1 and len(bearers[code]) == 1),
        tuple(f"{row['id']}/1" for row in rows if row["warehouse"] != here),
    )
