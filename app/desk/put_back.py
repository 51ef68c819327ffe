"""Goods that lie in totes and parcels and will not leave in them go to bins: whole ones to sell, broken ones aside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from app.base.errors import BadInput, Conflict, NotFound
from app.cases.case import Case
from app.catalog import store as catalog
from app.db import Tx
from app.shipments import store as shipments
from app.site.roles import Operator, require
from app.stock import store as stock
from app.stock.ledger import parcel_place, tote_place
from app.stock.move import Move, move

_SELLING = frozenset({"shelf", "bulk"})


def put_back(
    tx: Tx, shipment_id: str, said: str | Mapping[str, object] = "", *, operator: Operator, now: datetime
) -> int:
    """What lay in totes and parcels for a cancelled shipment lies in bins again. How many units.

    `said`: one bin for all, or `bin` for all and a bin by SKU; the rest goes where the SKU is picked from. Conflict:
    the shipment is not cancelled. BadInput: a SKU is not among them, or has no bin of its own. NotFound: no such bin.
    """
    require(operator, "stock.move")
    shipments.lock(tx, [shipment_id])
    shipment = shipments.get(tx, [shipment_id]).get(shipment_id)
    if shipment is None:
        raise NotFound(f"no shipment {shipment_id!r:.60}", kind="unknown_shipment", shipment=shipment_id[:60])
    if shipment.state != "cancelled":
        raise Conflict(f"{shipment_id} is {shipment.state}", kind="shipment_not_cancelled", shipment=shipment_id)
    lying = shipments.in_totes(tx, [shipment_id])
    boxes = shipments.parcels_of(tx, [shipment_id])[shipment_id]
    places = [(tote_place(i.tote), i.sku, i.qty, i.lot, i.serial) for i in lying]
    places += [(parcel_place(p.id), i.sku, i.qty, i.lot, i.serial) for p in boxes for i in p.items]
    skus = {sku for _, sku, *_ in places}
    own = stock.home_bins(tx, shipment.warehouse, skus, _selling(tx, shipment.warehouse))
    bins = _bins(tx, shipment.warehouse, skus, said, own)
    moves = [
        Move(sku, shipment.warehouse, place, bins[sku], qty, "put_back", shipment_id, lot, serial)
        for place, sku, qty, lot, serial in places
    ]
    move(tx, moves, now)
    shipments.take_from_tote(tx, lying)
    shipments.empty_parcels(tx, [p.id for p in boxes])
    return sum(m.qty for m in moves)


def put_away(tx: Tx, case: Case, said: str | Mapping[str, object] = "", *, operator: Operator, now: datetime) -> int:
    """Broken units leave the tote or parcel they lie in, for the warehouse's bin of damaged goods if none is said.

    How many units: as many of the case's as still lie there. BadInput: the warehouse has no such bin.
    """
    require(operator, "stock.move")
    warehouse, place, sku = (str(case.detail[name]) for name in ("warehouse", "place", "sku"))
    aside = sorted((walk, one) for one, (walk, kind) in catalog.bins(tx, warehouse).items() if kind == "damaged")
    to = _bins(tx, warehouse, {sku}, said, {sku: aside[0][1]} if aside else {})[sku]
    left, moves = int(str(case.detail["units"])), []
    for here in stock.at_place(tx, warehouse, place):
        units = min(left, here.damaged) if here.sku == sku else 0
        left -= units
        if units:
            moves.append(Move(sku, warehouse, place, to, units, "put_back", case.id, here.lot, here.serial, "damaged"))
    move(tx, moves, now)
    return sum(m.qty for m in moves)


def _selling(tx: Tx, warehouse: str) -> set[str]:
    return {one for one, (_, kind) in catalog.bins(tx, warehouse).items() if kind in _SELLING}


def _bins(
    tx: Tx, warehouse: str, skus: Iterable[str], said: str | Mapping[str, object], own: Mapping[str, str]
) -> dict[str, str]:
    """{SKU: bin}: as said for the SKU, as said for all, its own."""
    wanted = {"bin": said} if isinstance(said, str) else {name: str(value).strip() for name, value in said.items()}
    wanted = {name: bin_ for name, bin_ in wanted.items() if bin_}
    known = sorted(set(skus))
    for name in wanted.keys() - {"bin", *known}:
        raise BadInput(f"got {name[:40]!r}, expected bin or one of {', '.join(known)}", field="value")
    there = catalog.bins(tx, warehouse)
    for bin_ in sorted(set(wanted.values()) - there.keys()):
        raise NotFound(f"no bin {bin_!r:.60} in {warehouse}", kind="unknown_bin", bin=bin_[:60], warehouse=warehouse)
    chosen = {sku: wanted.get(sku) or wanted.get("bin") or own.get(sku, "") for sku in known}
    lacking = [sku for sku, bin_ in chosen.items() if not bin_]
    if lacking:
        raise BadInput(f"{', '.join(lacking)}: no bin of its own in {warehouse}, expected SKU=BIN", field="value")
    return chosen
