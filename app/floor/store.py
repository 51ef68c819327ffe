"""Claims, facts and questions: rows ↔ values, and the joins a bench needs across the rooms before it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import and_, func, or_, select, update

from app.base.clock import stamp
from app.base.forms import from_plain
from app.carriers.tables import carrier, service
from app.cases import tables as cases
from app.db import Tx
from app.db.at_once import add
from app.floor import tables as t
from app.floor.facts import Fact
from app.floor.held import store as held
from app.floor.packet import Packet
from app.floor.received.store import IN_THE_FOLD
from app.floor.recipient import Recipient
from app.floor.verdict import CANCELLED, SET_ASIDE, asks
from app.orders import tables as orders
from app.orders.order import Address
from app.shipments import tables as ships
from app.shipments.shipment import GONE
from app.site import tables as site
from app.site.site import Place

as_packet, _place = from_plain(Packet), from_plain(Place)


@dataclass(frozen=True, slots=True)
class Claim:
    """One station's hold on a packet. `epochs` and `live` by shipment."""

    id: str
    kind: str
    station: str
    operator: str
    state: str
    made_at: str
    packet: Packet
    epochs: dict[str, int]
    live: dict[str, bool]


def add_claim(tx: Tx, packet: Packet, operator: str, now: datetime, lease_until: str) -> None:
    """The station holds the packet from now on. That nobody else holds any of its shipments was made sure before."""
    made = {
        "id": packet.claim,
        "kind": packet.kind,
        "station": packet.station,
        "operator": operator,
        "state": "live",
        "made_at": stamp(now),
        "lease_until": lease_until,
        "packet": msgspec.to_builtins(packet),
        "totes": 0 if packet.kind == "pack" else 1 if packet.bulk else len(packet.jobs),
    }
    add(tx, t.claim, [made])
    rows = [
        {"claim_id": packet.claim, "shipment_id": job.shipment, "epoch": job.epoch, "live": True} for job in packet.jobs
    ]
    add(tx, t.claim_shipment, rows)
    held.add_stops(tx, packet)


def end_claims(tx: Tx, ended: dict[str, str]) -> None:
    """{claim: done | released | taken_over}"""
    for state in sorted(set(ended.values())):
        some = [claim for claim, new in ended.items() if new == state]
        tx.execute(update(t.claim).where(t.claim.c.id.in_(some)).values(state=state))
        tx.execute(update(t.claim_shipment).where(t.claim_shipment.c.claim_id.in_(some)).values(live=False))
    held.drop_stops(tx, sorted(ended))


def packet(tx: Tx, claim: str) -> Packet:
    return as_packet(tx.execute(select(t.claim.c.packet).where(t.claim.c.id == claim)).scalar_one())


def claims(tx: Tx, ids: Sequence[str], *, to_change: bool = False) -> dict[str, Claim]:
    """Two statements, however many. `to_change` locks them: nobody else ends one before this transaction does."""
    query = select(t.claim).where(t.claim.c.id.in_(ids))
    rows = tx.execute(query.order_by(t.claim.c.id).with_for_update() if to_change else query).mappings().all()
    members = tx.execute(select(t.claim_shipment).where(t.claim_shipment.c.claim_id.in_(ids))).mappings().all()
    return {one.id: one for one in whole(rows, members, {row["id"]: as_packet(row["packet"]) for row in rows})}


def whole(
    rows: Sequence[Mapping[Any, Any]], members: Sequence[Mapping[Any, Any]], packets: Mapping[str, Packet]
) -> list[Claim]:
    """The claims of these rows, of those of their shipments, and their packets."""
    return [_claim(row, [m for m in members if m["claim_id"] == row["id"]], packets[row["id"]]) for row in rows]


def live_packets(tx: Tx, station: str, *, among: Collection[str] | None = None) -> list[Packet]:
    """Of all the station holds, or of these claims those it holds."""
    query = select(t.claim.c.packet).where(t.claim.c.station == station, t.claim.c.state == "live")
    if among is not None:
        if not among:
            return []
        query = query.where(t.claim.c.id.in_(sorted(among)))
    return [as_packet(p) for p in tx.execute(query.order_by(t.claim.c.made_at)).scalars()]


def live_claims(tx: Tx) -> list[Claim]:
    ids = tx.execute(select(t.claim.c.id).where(t.claim.c.state == "live")).scalars().all()
    return list(claims(tx, ids).values())


def recipients(tx: Tx, shipments: Sequence[str]) -> dict[str, Recipient]:
    """By shipment id. A forgotten customer's is absent: nothing stands in the address, and nothing can be printed."""
    s, o, a, shop = ships.shipment, orders.order, orders.address, site.shop
    known = and_(service.c.carrier == s.c.carrier, service.c.code == s.c.service, service.c.warehouse == s.c.warehouse)
    query = (
        select(
            s.c.id.label("shipment"), shop.c.sender, shop.c.returns, shop.c.name.label("shop_name"), shop.c.language,
            o.c.number, o.c.placed_at, func.coalesce(carrier.c.name, s.c.carrier).label("carrier_name"),
            func.coalesce(service.c.name, s.c.service).label("service_name"),
            *(a.c[name].label(f"to_{name}") for name in Address.__dataclass_fields__),
        )
        .join(o, o.c.id == s.c.order_id)
        .join(a, a.c.id == o.c.ship_to)
        .join(shop, shop.c.code == s.c.shop)
        .join(carrier, carrier.c.code == s.c.carrier, isouter=True)
        .join(service, known, isouter=True)
        .where(s.c.id.in_(shipments))
    )  # fmt: skip
    found = {}
    for row in tx.execute(query).mappings():
        values = {name: value for name, value in row.items() if not name.startswith("to_")}
        fields = {name: row[f"to_{name}"] for name in Address.__dataclass_fields__}
        address = Address(**{**fields, "street": tuple(fields["street"])})
        if address != Address():
            values |= {"address": address, "sender": _place(row["sender"]), "returns": _place(row["returns"])}
            found[row["shipment"]] = Recipient(**values)
    return found


def facts_of(tx: Tx, claim_ids: Sequence[str]) -> dict[str, list[Fact]]:
    """What these claims' folds are made of so far, in the order it happened."""
    f = t.fact.c
    query = select(t.fact).where(f.claim_id.in_(claim_ids), IN_THE_FOLD).order_by(f.claim_id, f.n)
    found: dict[str, list[Fact]] = {claim: [] for claim in claim_ids}
    for row in tx.execute(query).mappings() if found else ():
        found[row["claim_id"]].append(held.fact_of(row))
    return found


def set_aside(tx: Tx, claim_ids: Sequence[str]) -> dict[str, str]:
    """Of these claims, the facts that did not take effect, and why."""
    f = t.fact.c
    rows = tx.execute(select(f.op_id, f.reason).where(f.claim_id.in_(claim_ids), f.outcome == SET_ASIDE))
    return {row.op_id: row.reason for row in rows}


def answer(tx: Tx, op_id: str) -> object | None:
    return tx.execute(select(t.question.c.answer).where(t.question.c.op_id == op_id)).scalar()


def keep_answer(tx: Tx, op_id: str, station: str, kind: str, given: object, now: datetime) -> None:
    row = {"op_id": op_id, "station": station, "kind": kind, "at": stamp(now), "answer": given}
    add(tx, t.question, [row])


def _claim(row: Mapping[Any, Any], members: Sequence[Mapping[Any, Any]], packet: Packet) -> Claim:
    return Claim(
        id=row["id"],
        kind=row["kind"],
        station=row["station"],
        operator=row["operator"],
        state=row["state"],
        made_at=row["made_at"],
        packet=packet,
        epochs={m["shipment_id"]: m["epoch"] for m in members},
        live={m["shipment_id"]: m["live"] for m in members},
    )


def unseen_set_aside(tx: Tx) -> list[str]:
    """Facts not applied that ask for somebody, and that nobody has settled or can see: nor is their claim in a case."""
    f, of, s = t.fact.c, cases.case.c, t.settled_fact.c
    told = select(of.subject).where(of.kind == "late_fact", of.state == "open")
    settled = select(s.op_id).where(s.outcome != CANCELLED)
    query = select(f.op_id, f.kind, f.reason).where(
        f.outcome == SET_ASIDE, f.op_id.not_in(settled), f.op_id.not_in(told), f.claim_id.not_in(told)
    )
    return [row.op_id for row in tx.execute(query.order_by(f.op_id)) if asks(row.kind, row.reason)]


def forsaken(tx: Tx) -> list[str]:
    """Cancelled shipments of which goods lie in totes or parcels and nobody is asked to put them back, nor at work."""
    s, m, of = ships.shipment.c, t.claim_shipment.c, cases.case.c
    item, box, inside = ships.tote_item.c, ships.parcel.c, ships.parcel_item.c
    in_boxes = select(box.shipment_id).join(ships.parcel_item, inside.parcel_id == box.id).where(
        box.state.not_in(sorted(GONE))
    )  # fmt: skip
    asked = select(of.subject).where(of.kind == "put_back", of.state == "open")
    query = select(s.id).where(
        s.state == "cancelled",
        or_(s.id.in_(select(item.shipment_id)), s.id.in_(in_boxes)),
        s.id.not_in(asked),
        s.id.not_in(select(m.shipment_id).where(m.live)),
    )
    return list(tx.execute(query.order_by(s.id)).scalars())
