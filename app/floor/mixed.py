"""Goods of several orders in one tote: benches that were away could each take it, and there the goods lie.

Nothing is refused: the facts say what happened, and a person is asked to see to it. Who packs names the order, by its
job code; each order's own goods count for it, whichever tote they come from.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.cases import store as cases
from app.cases.case import NewCase
from app.cases.open import open_cases
from app.db import Tx, feed
from app.floor.facts import Event, Fact, ItemPlaced, ItemTakenOut
from app.floor.totes import store
from app.orders.timeline import Entry, record


def totes_filled(events: Iterable[tuple[Fact, Event]]) -> dict[str, Fact]:
    """The totes that these facts put something into, each with the last that did."""
    return {event.tote: fact for fact, event in events if isinstance(event, ItemPlaced | ItemTakenOut)}


def ask_about_mixed(tx: Tx, station: str, totes: dict[str, Fact], now: datetime) -> None:
    """One case a tote, which names all orders in it, and an entry in the timeline of each."""
    found = store.mixed(tx, totes) if totes else {}
    known = {case.subject: case for case in cases.open_about(tx, store.MIXED, found)}
    new, entries = [], []
    for tote, lying in found.items():
        case, by = known.get(tote), totes[tote].op_id
        told = set(case.detail["shipments"]) if case else set()  # type: ignore[call-overload]
        if not lying.keys() - told:
            continue
        detail = {"tote": tote, "shipments": sorted(lying), "orders": sorted(set(lying.values()))}
        if case:
            cases.add_detail(tx, case, detail)
            feed.announce(tx, "case", [case.id], now)
        else:
            new.append(NewCase(store.MIXED, "tote", tote, None, by, detail))
        for one in sorted(lying.keys() - told):
            others = ", ".join(sorted(lying.keys() - {one}))
            entries.append(Entry(lying[one], one, store.MIXED, station, {"tote": tote, "others": others}, by))
    if new:
        open_cases(tx, new, now)
    record(tx, entries, now)
