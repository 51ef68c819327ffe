"""All that a work packet is made of: in two round trips, whatever it holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, Text, and_, bindparam, exists, func, select

from app.carriers.tables import service
from app.catalog import tables as goods
from app.db import Tx
from app.db.at_once import Queries, Rows, read_at_once
from app.floor import tables as t
from app.floor.held.store import Held, left_at
from app.floor.packet import Box, Carton, Item, Lying
from app.floor.totes.store import SAID, said
from app.shipments import tables as ships
from app.shipments.shipment import Shipment, ShipmentLine
from app.site import tables as site
from app.stock.tables import place_balance

_SHELVES = ("shelf", "bulk")

s, m, c = ships.shipment.c, t.claim_shipment.c, t.claim.c
tote, item, line = ships.tote.c, ships.tote_item.c, ships.shipment_line.c
own, box = ships.shipment.alias("own").c, ships.parcel.alias("box").c  # where a query asks twice of one table

# The parameters that several of the queries below share.
_here = bindparam("here", type_=Text)
_ids, _skus = (bindparam(name, type_=Text, expanding=True) for name in ("ids", "skus"))


# ---- how shipments stand ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """Shipments with those of the same orders (`siblings`), who holds them, where their goods lie.

    `latest`: (epoch, id) of the last claim of each; (0, ""): it was never claimed.
    """

    shipments: Mapping[str, Shipment]
    siblings: Mapping[str, Sequence[Shipment]]
    holders: Mapping[str, Held]
    latest: Mapping[str, tuple[int, str]]
    lying: Mapping[str, Sequence[Lying]]
    boxes: Mapping[str, Sequence[Box]]


_orders = select(own.order_id).where(own.id.in_(_ids))
_parcel, _inside, _job = ships.parcel.c, ships.parcel_item.c, ships.print_job.c
_counted = select(box.id).where(box.shipment_id.in_(_ids), box.state != "void")
_STANDING: Queries = (
    select(ships.shipment).where(s.order_id.in_(_orders)).order_by(s.order_id, s.n),
    select(ships.shipment_line)
    .join(ships.shipment, s.id == line.shipment_id)
    .where(s.order_id.in_(_orders))
    .order_by(line.shipment_id, line.line),
    select(c.id, c.kind, c.station, c.operator, c.made_at, c.lease_until, m.shipment_id)
    .join(t.claim_shipment, m.claim_id == c.id)
    .where(m.shipment_id.in_(_ids), m.live),
    select(m.shipment_id, m.epoch, m.claim_id).where(m.shipment_id.in_(_ids)).order_by(m.epoch),
    select(ships.tote_item).where(item.shipment_id.in_(_ids)).order_by(item.tote, item.line),
    select(ships.parcel).where(_parcel.id.in_(_counted)).order_by(_parcel.shipment_id, _parcel.n),
    select(ships.parcel_item).where(_inside.parcel_id.in_(_counted)).order_by(_inside.line),
    select(_job.subject, _job.issue, func.max(_job.copy).label("copies"))
    .where(_job.subject.in_(_counted), _job.document == "parcel_label")
    .group_by(_job.subject, _job.issue),
)


def standing(tx: Tx, ids: Iterable[str]) -> Standing:
    """In one round trip, all of one moment; shipments that are not there are left out."""
    found = read_at_once(tx, _STANDING, {"ids": sorted(ids)})
    some, lines, holders, latest, lying, parcels, inside, copies = found
    by_shipment = _grouped(lines, "shipment_id")
    every = [Shipment(**row, lines=_lines(by_shipment.get(row["id"], ()))) for row in some]
    known = {one.id: one for one in every}
    siblings: dict[str, list[Shipment]] = {}
    for one in every:
        siblings.setdefault(one.order_id, []).append(one)
    return Standing(
        {one: known[one] for one in sorted(ids) if one in known},
        siblings,
        {row["shipment_id"]: _held(row) for row in holders},
        dict.fromkeys(ids, (0, "")) | {row["shipment_id"]: (row["epoch"], row["claim_id"]) for row in latest},
        {one: [_lying(row) for row in rows] for one, rows in _grouped(lying, "shipment_id").items()},
        _boxes(parcels, _grouped(inside, "parcel_id"), {(r["subject"], r["issue"]): r["copies"] for r in copies}),
    )


def _lines(rows: Iterable[Mapping[str, Any]]) -> tuple[ShipmentLine, ...]:
    return tuple(
        ShipmentLine(r["line"], r["order_line"], r["sku"], r["qty"], r["short"], r["picked"], r["packed"]) for r in rows
    )


def _held(row: Mapping[str, Any]) -> Held:
    made = row["made_at"], row["lease_until"], ""
    return Held(row["id"], row["kind"], row["station"], row["operator"], *made, (row["shipment_id"],))


def _lying(row: Mapping[str, Any]) -> Lying:
    return Lying(row["line"], row["sku"], row["qty"], row["lot"], row["serial"], row.get("tote", ""))


def _boxes(parcels: Rows, inside: Mapping[str, Rows], copies: Mapping[tuple[str, int], int]) -> dict[str, list[Box]]:
    """Parcels that still count, with their contents and the number of copies their label was printed in."""
    found: dict[str, list[Box]] = {}
    for row in parcels:
        made = Box(
            n=row["n"],
            state=row["state"],
            carton=row["carton"],
            items=tuple(_lying(one) for one in inside.get(row["id"], ())),
            sscc=row["sscc"] or "",
            tracking=row["tracking"] or "",
            issue=row["issue"],
            copy=copies.get((row["id"], row["issue"]), 0),
            weight_g=row["weight_g"],
        )
        found.setdefault(row["shipment_id"], []).append(made)
    return found


# ---- what the work needs ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """So many sellable units of one kind in one bin, which comes `walk` in walk order."""

    sku: str
    bin: str
    lot: str
    serial: str
    units: int
    walk: int


@dataclass(frozen=True, slots=True)
class Needs:
    """`forbids`: restriction tags by (carrier, service). `offline`: by shop, so many minutes labels go without news.

    `places` in the order of their keys, and what other carts are on their way to take there, by (SKU, bin, lot).
    """

    items: Mapping[str, Item]
    totes: Mapping[str, str]
    busy: Sequence[str]
    cartons: Sequence[Carton]
    forbids: Mapping[tuple[str, str], Collection[str]]
    offline: Mapping[str, int]
    cities: Mapping[str, str]
    places: Sequence[Place] = ()
    awaited: Mapping[tuple[str, str, str], int] = field(default_factory=dict)


def _awaited() -> Select[Any]:
    """Units that live pick claims are still to take, by (sku, bin, lot)."""
    stop = t.claim_stop.c
    return (
        select(stop.sku, stop.bin, stop.lot, func.sum(left_at(stop)).label("left"))
        .join(ships.shipment_line, (line.shipment_id == stop.shipment_id) & (line.line == stop.line))
        .where(stop.warehouse == _here, stop.sku.in_(_skus))
        .group_by(stop.sku, stop.bin, stop.lot)
    )


_p, _bin = place_balance.c, goods.bin.c
_others = exists().where(item.tote == tote.code, item.shipment_id.not_in(_ids))
_sku = [goods.sku.c[name] for name in ("sku", "title", "colour", "size", "handling", "weight_g", "length_mm",
        "width_mm", "height_mm", "tags", "lot_tracked", "serial_tracked")]  # fmt: skip
_TOTES = select(tote.scan, tote.code).where(tote.warehouse == _here).order_by(tote.code)
_BUSY = select(tote.code).where(tote.warehouse == _here, _others).order_by(tote.code)
_NEEDS: Queries = (
    select(*_sku).where(goods.sku.c.sku.in_(_skus)),
    select(goods.barcode).where(goods.barcode.c.sku.in_(_skus)).order_by(goods.barcode.c.code, goods.barcode.c.units),
    _TOTES,
    _BUSY,
    SAID,
    select(goods.carton),
    select(service.c.carrier, service.c.code, service.c.forbids).where(service.c.warehouse == _here),
    select(site.shop.c.code, site.shop.c.label_offline_minutes),
    select(site.warehouse.c.code, site.warehouse.c.city),
)
_TO_PICK: Queries = (
    *_NEEDS,
    select(_p.sku, _p.place, _p.lot, _p.serial, (_p.on_hand - _p.damaged - _p.hold).label("units"), _bin.walk_order)
    .join(goods.bin, and_(_bin.warehouse == _p.warehouse, _bin.bin == _p.place))
    .where(_p.sku.in_(_skus), _p.warehouse == _here, _p.on_hand > 0, _bin.kind.in_(_SHELVES))
    .order_by(_p.sku, _p.place, _p.lot, _p.serial),
    _awaited(),
)


def needs(tx: Tx, here: str, ids: Iterable[str], skus: Iterable[str], *, to_pick: bool) -> Needs:
    """What work on these articles needs at the warehouse `here`, in one round trip; places only `to_pick`.

    `ids`: the shipments whose own totes are not busy to them.
    """
    values = {"here": here, "ids": sorted(ids), "skus": sorted(set(skus))}
    found = read_at_once(tx, _TO_PICK if to_pick else _NEEDS, values)
    rows, codes, totes, busy, cases, cartons, services, shops, cities, *stock = found
    barcodes = _grouped(codes, "sku")
    places, awaited = stock if to_pick else ([], [])
    return Needs(
        items={row["sku"]: _item(row, barcodes.get(row["sku"], ())) for row in rows},
        totes=_by_code(totes),
        busy=sorted({row["code"] for row in busy} | said(cases)),
        cartons=_cartons(cartons),
        forbids={(row["carrier"], row["code"]): row["forbids"] for row in services},
        offline={row["code"]: row["label_offline_minutes"] for row in shops},
        cities={row["code"]: row["city"] for row in cities},
        places=[Place(r["sku"], r["place"], r["lot"], r["serial"], r["units"], r["walk_order"]) for r in places],
        awaited={(row["sku"], row["bin"], row["lot"]): int(row["left"]) for row in awaited},
    )


def totes(tx: Tx, here: str) -> dict[str, str]:
    """{scan code: tote}, each tote of the warehouse `here` under its readable code too."""
    return _by_code([dict(row) for row in tx.execute(_TOTES, {"here": here}).mappings()])


def busy_totes(tx: Tx, here: str, ids: Iterable[str]) -> tuple[str, ...]:
    """Totes in which goods of other shipments than these lie, or such that the books have elsewhere."""
    found = set(tx.scalars(_BUSY, {"here": here, "ids": sorted(ids)}))
    return tuple(sorted(found | said(dict(row) for row in tx.execute(SAID).mappings())))


def _by_code(rows: Rows) -> dict[str, str]:
    return {row["scan"]: row["code"] for row in rows} | {row["code"]: row["code"] for row in rows}


def _item(row: Mapping[str, Any], barcodes: Iterable[Mapping[str, Any]]) -> Item:
    sides = (row["length_mm"], row["width_mm"], row["height_mm"])
    return Item(
        sku=row["sku"],
        title=row["title"],
        variant=", ".join(part for part in (row["colour"], row["size"]) if part),
        handling=row["handling"],
        weight_g=row["weight_g"] or 0,
        size=sides if all(sides) else (0, 0, 0),
        tags=tuple(row["tags"]),
        lot_tracked=row["lot_tracked"],
        serial_tracked=row["serial_tracked"],
        barcodes=tuple((one["code"], one["units"]) for one in barcodes),
    )


def _cartons(rows: Rows) -> list[Carton]:
    """Smallest first."""
    found = [
        Carton(r["code"], r["scan"], r["name"], (r["length_mm"], r["width_mm"], r["height_mm"]), r["tare_g"],
               r["max_g"], r["kind"])
        for r in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.size[0] * one.size[1] * one.size[2], one.code))


def _grouped(rows: Rows, by: str) -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    for row in rows:
        found.setdefault(row[by], []).append(row)
    return found
