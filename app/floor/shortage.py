"""A found shortage is a fact and never refused: promises that can't be kept are taken back first, then the stock falls.

Back come the own shipment's units, then the youngest unclaimed shipment's, then the youngest claimed one's that are not
picked yet; its bench hears of it through the feed. What lies in a tote is never taken for another's shortage.

What has become short waits for a decision: send it so, pick the rest elsewhere, plan it anew. The finder's own pick
goes on to its end before that (`shipments.store.hops`), others are held at once, and their benches stop.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.base.errors import Conflict
from app.cases import store as cases
from app.cases.case import SHORT, NewCase
from app.cases.open import open_cases
from app.db import Tx
from app.db.feed import announce
from app.floor.facts import BrokenFound, ShortFound
from app.floor.held import store as holding
from app.orders import store as orders
from app.orders.timeline import Entry, record
from app.shipments import store as shipments
from app.shipments.shipment import UNCLAIMED, Hop, Shipment, ToteItem
from app.site.roles import Operator, require
from app.stock import store as stock
from app.stock.adjust import Adjustment, adjust, write_off
from app.stock.count import Counted, count, differences
from app.stock.ledger import is_bin, tote_place
from app.stock.reserve import take_back


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found missing or broken, by whom."""

    sku: str
    warehouse: str
    by: str
    source: str
    now: datetime
    shipment: str = ""  # at whose bin or bench it was found; empty: in a count, or for work that does not count


def found_short(
    tx: Tx,
    what: ShortFound | BrokenFound,
    *,
    warehouse: str,
    by: str,
    source: str,
    now: datetime,
) -> None:
    """Units asked from a place for a line are not there, or lie there broken and can't be sold.

    The line is short by that many, whatever else is free: its picker has gone on. Missing units leave on_hand; broken
    ones stay where they are, as damaged. Every order it hurts gets a case; a shipment with nothing left is cancelled.
    Without a shipment it is no line's: nobody goes on from there. Nor is it a cancelled one's: its tote holds less.
    """
    shipment, line, place, sku, qty = what.shipment, what.line, what.place, what.sku, what.qty
    lot, serial, broken = what.lot, what.serial, isinstance(what, BrokenFound)
    found = _Found(sku, warehouse, by, source, now, shipment)
    own = shipments.get(tx, [shipment])[shipment] if shipment else None
    row = next(one for one in own.lines if one.line == line) if own else None
    due = row.due if own and row and own.live else 0
    lost = _lying(tx, found, place, qty, lot, serial, "damaged" if broken else "on_hand")
    if own and own.state == "cancelled":
        _out_of_tote(tx, what, qty)
    if row and due:
        given = min(qty, due)
        unpicked = _out_of_tote(tx, what, max(0, min(given, row.picked - (row.due - given))))
        take_back(tx, {(shipment, sku): given}, warehouse=warehouse, reason="short", source=source, now=now)
        shipments.raise_short(tx, {(shipment, line): given}, picked=unpicked)
    takes = sum(one.takes for one in lost)
    hurt = _make_room(tx, found, takes)
    write_off(tx, lost, source=source, now=now)
    lacks = min(qty, due) + hurt.get(shipment, 0)
    detail = {"sku": sku, "units": lacks, "place": place, "broken": int(broken)}
    own_case = [NewCase("short_pick", "shipment", shipment, own.order_id, source, detail)] if own and due else []
    broken_here = sum(one.qty for one in lost) if broken and not is_bin(place) else 0
    if broken_here:  # a tote is wanted again: somebody carries them to where damaged goods lie
        where = {"sku": sku, "units": broken_here, "place": place, "warehouse": warehouse}
        own_case.append(NewCase("put_away", "fact", source, None, by, where))
    _tell(tx, found, hurt, own_case, {shipment: own} if own and due else {})


def keep_still(tx: Tx, own: Iterable[str], skus: Collection[str], warehouse: str) -> None:
    """Nobody changes these shipments, nor any that may lose units of these SKUs, nor what the SKUs' stock sums up to.

    Whoever books a shortage asks for it before anything else: found on the way, each would be locked in its own turn.
    """
    hurt = {one for sku in sorted(skus) for one in shipments.unpicked(tx, sku, warehouse)}
    shipments.lock(tx, hurt.union(own))
    stock.balances(tx, skus, to_change=True)


def counted(tx: Tx, what: Counted, *, source: str, operator: Operator, force: bool = False, now: datetime) -> int:
    """A count is booked even when it shows fewer units than are promised. By how many units the ledger was wrong.

    Conflict (count_in_flight): a bench may have taken some from there of which nobody has heard. The count would miss
    them already, and what the bench sends later takes them off once more. `force` books the count as it stands; then
    what that bench sends is still booked on top, and the place is to be counted again after that. `now`: the shared
    database's own time.
    """
    require(operator, "stock.count")
    keep_still(tx, (), [what.sku], what.warehouse)
    away = holding.unsent(tx, what.sku, what.warehouse, what.place, now)
    if away and not force:
        units = sum(one.units for one in away)
        benches = ", ".join(f"{one.station} ({one.heard_at or '–'})" for one in away)
        raise Conflict(
            f"up to {units} of {what.sku} are in flight from {what.place} at {benches}", kind="count_in_flight",
            units=units, sku=what.sku, bin=what.place, benches=benches,
        )  # fmt: skip
    changes = differences(what, stock.places(tx, [(what.sku, what.warehouse)]))
    found = _Found(what.sku, what.warehouse, operator.badge, source, now)
    hurt = _make_room(tx, found, sum(change.takes for change in changes))
    difference = count(tx, what, source=source, operator=operator, now=now)
    _tell(tx, found, hurt, [], {})
    return difference


def adjusted(tx: Tx, what: Adjustment, *, source: str, operator: Operator, now: datetime) -> None:
    """The same for an adjustment: lost, damaged or put on hold, it is so already."""
    require(operator, "stock.adjust")
    if what.takes > 0:
        keep_still(tx, (), [what.sku], what.warehouse)
    found = _Found(what.sku, what.warehouse, operator.badge, source, now)
    hurt = _make_room(tx, found, what.takes)
    adjust(tx, what, source=source, operator=operator, now=now)
    _tell(tx, found, hurt, [], {})


def _lying(tx: Tx, found: _Found, place: str, qty: int, lot: str, serial: str, type_: str) -> list[Adjustment]:
    """What the ledger must lose at the place: what it has there, of any lot when none was said, and no more."""
    sign = 1 if type_ == "damaged" else -1
    lost: list[Adjustment] = []
    for here in stock.places(tx, [(found.sku, found.warehouse)]):
        if here.place != place or (lot and here.lot != lot) or (serial and here.serial != serial):
            continue
        units = min(qty, here.sellable)
        if units > 0:
            qty -= units
            reason = "broken" if sign > 0 else "short"
            lost.append(
                Adjustment(found.sku, found.warehouse, place, sign * units, reason, type_, here.lot, here.serial)
            )
    return lost


def listed(tx: Tx, what: ShortFound | BrokenFound) -> list[ToteItem]:
    """What the books have for the line in the tote where it was looked for; of a bin nothing."""
    return [
        item
        for item in ([] if is_bin(what.place) else shipments.in_totes(tx, [what.shipment]))
        if (tote_place(item.tote), item.line, item.sku) == (what.place, what.line, what.sku)
        and (not what.lot or item.lot == what.lot)
        and (not what.serial or item.serial == what.serial)
    ]


def _out_of_tote(tx: Tx, what: ShortFound | BrokenFound, units: int) -> int:
    """Units found short in a tote were picked: they leave the tote's list too. How many still stood on it.

    The applier may have written the bench's own fold of the tote before; then the list and the ledger differ already.
    """
    gone: list[ToteItem] = []
    left = units
    for item in listed(tx, what):
        some = min(left, item.qty)
        left -= some
        if some:
            gone.append(replace(item, qty=some))
    shipments.take_from_tote(tx, gone)
    return units - left


def _make_room(tx: Tx, found: _Found, units: int) -> dict[str, int]:
    """Take reservations back until `units` more can leave, of shipments that are kept still. Units by shipment."""
    lacking = units - stock.available(tx, [found.sku]).get((found.sku, found.warehouse), 0)
    if units <= 0 or lacking <= 0:
        return {}
    shipments.lock(tx, shipments.unpicked(tx, found.sku, found.warehouse))  # planned since all were kept still
    waiting = shipments.unpicked(tx, found.sku, found.warehouse)
    known = shipments.get(tx, waiting)
    # Two stable sorts: the youngest first, and before them all those nobody has claimed.
    order = sorted(waiting, key=lambda one: (known[one].made_at, one), reverse=True)
    order.sort(key=lambda one: known[one].stage not in UNCLAIMED)
    lines: dict[tuple[str, int], int] = {}
    taken: dict[str, int] = {}
    for one in order:
        for line, open_units in waiting[one].items():
            n = min(lacking, open_units)
            lacking -= n
            if n:
                lines[one, line] = n
                taken[one] = taken.get(one, 0) + n
    take_back(
        tx,
        {(one, found.sku): n for one, n in taken.items()},
        warehouse=found.warehouse,
        reason="short",
        source=found.source,
        now=found.now,
    )
    shipments.raise_short(tx, lines)
    return taken


def _tell(tx: Tx, found: _Found, hurt: Mapping[str, int], own: list[NewCase], touched: Mapping[str, Shipment]) -> None:
    """A case for each order hurt; what is left of it waits, what has nothing left is cancelled; benches hear of it."""
    after = shipments.get(tx, {*hurt, *touched})
    detail: dict[str, object] = {"sku": found.sku, "found_for": found.shipment}
    others = [one for one in hurt if one not in touched]
    empty = [one for one, s in after.items() if s.live and not any(line.due for line in s.lines)]
    shipments.hops(tx, [Hop(one, "cancelled", found.by, found.source) for one in empty], found.now)
    shipments.set_parcels(tx, [p.id for some in shipments.parcels_of(tx, empty).values() for p in some], state="void")
    waits = [
        one
        for one, s in after.items()
        if s.live and s.state != "held" and one not in empty and not (one in touched and s.stage == "picking")
    ]
    shipments.hops(tx, [Hop(one, "held", found.by, found.source) for one in waits], found.now)
    hurt_cases = [
        NewCase("found_short", "shipment", one, after[one].order_id, found.source, detail | {"units": hurt[one]})
        for one in others
    ]
    _ask(tx, own + hurt_cases, empty, found.now)
    entries = [
        Entry(after[one].order_id, one, "taken_back", found.by, detail | {"units": hurt[one]}, found.source)
        for one in others
    ]
    record(tx, entries, found.now)
    _nothing_left(tx, found, {after[one].order_id for one in empty})
    announce(tx, "shipment", sorted(after), found.now)


def _ask(tx: Tx, asked: Sequence[NewCase], empty: Collection[str], now: datetime) -> None:
    """A case each; an open one of its kind about the shipment grows by these units, place and finder being the last.

    `empty`: shipments cancelled because nothing is left of them, into which nothing is picked any more.
    """
    subjects = [new.subject for new in asked]
    known = {(kind, case.subject): case for kind in SHORT for case in cases.open_about(tx, kind, subjects)}
    for new in asked:
        if case := known.get((new.kind, new.subject)):
            cases.add_detail(tx, case, _and(case.detail, new.detail))
    open_cases(tx, [new for new in asked if (new.kind, new.subject) not in known], now)
    for case in (case for kind in SHORT for case in cases.open_about(tx, kind, empty)):
        cases.add_detail(tx, case, {"emptied": 1})
    announce(tx, "case", [case.id for case in known.values()], now)


def _and(before: Mapping[str, object], found: Mapping[str, object]) -> dict[str, object]:
    units = _by_sku(before) + _by_sku(found)
    several = {"sku": "", "missing": dict(units)} if len(units) > 1 else {}
    return {**found, "units": units.total(), **several}


def _by_sku(detail: Mapping[str, object]) -> Counter[str]:
    missing = detail.get("missing") or {detail["sku"]: detail["units"]}
    assert isinstance(missing, dict)
    return Counter(missing)


def _nothing_left(tx: Tx, found: _Found, order_ids: set[str]) -> None:
    """Orders that have no shipment any more are held by the cases of what they lack."""
    theirs = shipments.of_orders(tx, order_ids)
    bare = [one for one, some in theirs.items() if all(s.state == "cancelled" for s in some)]
    for order_id in bare:
        for case in cases.open_of(tx, order_id):
            if case.kind in SHORT:
                cases.add_detail(tx, case, {"nothing_left": 1})
    stopped = [order.id for order in orders.load(tx, bare) if order.state == "planned"]
    orders.set_state(tx, stopped, "held")
    record(tx, [Entry(one, one, "held", found.by, {"sku": found.sku}, found.source) for one in stopped], found.now)
    announce(tx, "order", stopped, found.now)
