"""Decisions made true in one transaction: units reserved, shipments written, cases opened, plan and trace kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from app.base.clock import stamp
from app.base.ids import shipment_id
from app.cases.case import NewCase
from app.cases.open import open_cases
from app.cases.settle import settle_of
from app.db import Tx
from app.db.feed import announce
from app.orders import store as orders
from app.orders.order import FIRM, StoredOrder
from app.orders.timeline import Entry, record
from app.planning import store
from app.planning.basket import presale_from
from app.planning.decide import Decision
from app.planning.planned import Plan, PlannedShipment, TraceLine
from app.planning.record import shipment_record
from app.planning.screen import SCREENED
from app.shipments import store as shipments
from app.shipments.shipment import NewShipment, ShipmentLine
from app.site.roles import Operator
from app.site.site import Shop
from app.stock.reserve import Want, reserve

_RULE = "1"
# What becomes of an order there is nothing to plan for. One whose money went back or never came stays as it is: news of
# its payment, or the shop's cancellation, takes it on.
_WITHOUT_PLAN = {"cancelled": "cancelled", "nothing_to_ship": "shipped"}
_UNPAID_HOURS = 72  # for orders of a shop that the site no longer names


@dataclass(slots=True)
class PlanSummary:
    """How many orders became what; `held` by case kind (an order held for two reasons counts in both)."""

    planned: int = 0
    held: Counter[str] = field(default_factory=Counter)
    cancelled: int = 0
    unchanged: int = 0
    shipments: int = 0

    def add(self, other: PlanSummary) -> None:
        self.planned += other.planned
        self.held += other.held
        self.cancelled += other.cancelled
        self.unchanged += other.unchanged
        self.shipments += other.shipments

    def as_dict(self) -> dict[str, object]:
        return asdict(self) | {"held": dict(sorted(self.held.items()))}


def expiry(order: StoredOrder, shops: Mapping[str, Shop], now: datetime) -> str | None:
    """Until when the units stay reserved without payment; None: firm."""
    if order.payment in FIRM:
        return None
    hours = shops[order.shop].unpaid_hours if order.shop in shops else _UNPAID_HOURS
    return stamp(now + timedelta(hours=hours))


def commit(
    tx: Tx, decisions: Sequence[Decision], *, expires_at: str | None, last_n: Mapping[str, int], operator: Operator,
    now: datetime,
) -> PlanSummary:  # fmt: skip
    """Make the decisions true. All planned orders have the same `expires_at`; `last_n`: their highest shipment number.

    OutOfStock when somebody else was faster: then roll back and decide anew.
    """
    summary = PlanSummary()
    planned = [d for d in decisions if d.planned]
    if planned:
        _write(tx, planned, expires_at, last_n, operator, now)
        summary.planned = len(planned)
        summary.shipments = sum(len(d.plan.shipments) for d in planned)
    _hold(tx, [d for d in decisions if d.plan.findings], summary, operator, now)
    for verdict, state in _WITHOUT_PLAN.items():
        some = [d.order for d in decisions if d.verdict == verdict and d.order.state != state]
        orders.set_state(tx, [o.id for o in some], state)
        entries = [Entry(o.id, o.id, state, operator.badge, {"why": verdict, "payment": o.payment}) for o in some]
        record(tx, entries, now)
    verdicts = Counter(d.verdict for d in decisions)
    summary.cancelled = verdicts["cancelled"]
    summary.unchanged = verdicts["nothing_to_ship"]
    if verdicts["payment_stopped"]:
        summary.held["payment_stopped"] = verdicts["payment_stopped"]
    announce(tx, "order", [d.order.id for d in decisions], now)
    return summary


def _write(
    tx: Tx, planned: Sequence[Decision], expires_at: str | None, last_n: Mapping[str, int], operator: Operator,
    now: datetime,
) -> None:  # fmt: skip
    written: list[NewShipment] = []
    wanted: list[Want] = []
    rows: list[store.PlanRow] = []
    traces: dict[tuple[str, int], Sequence[TraceLine]] = {}
    entries: list[Entry] = []
    for decision in planned:
        order, plan = decision.order, decision.plan
        mine = [
            _shipment(order, last_n.get(order.id, 0) + i, one, expires_at, now)
            for i, one in enumerate(plan.shipments, 1)
        ]
        written += mine
        wanted += [Want(s.id, line.sku, s.warehouse, line.qty) for s in mine for line in s.lines]
        no = order.plan_no + 1
        ids = [s.id for s in mine]
        rows.append(_row(order, no, plan, ids, operator, now))
        traces[order.id, no] = (*plan.trace, _promise(order, expires_at, plan, now))
        entries.append(Entry(order.id, order.id, "planned", operator.badge, {"plan": no, "shipments": ids}))
    # The reservation is the re-check: it takes what is there now, whatever the plan was made on.
    reserve(tx, wanted, expires_at=expires_at, source="", now=now)
    shipments.add(tx, written, now, by=operator.badge, source="plan")
    store.add(tx, rows, traces)
    # What has shipped in part stays so when the rest is planned anew.
    orders.set_state(tx, [d.order.id for d in planned if d.order.state in {"new", "held"}], "planned")
    for row in rows:
        orders.set_plan_no(tx, row.order_id, row.no)
    record(tx, entries, now)
    for decision in planned:
        if decision.order.state != "new":
            settle_of(tx, decision.order.id, kinds=SCREENED, act="replan", by=operator.badge, now=now)


def _shipment(order: StoredOrder, n: int, one: PlannedShipment, expires_at: str | None, now: datetime) -> NewShipment:
    waits = expires_at is not None or (presale_from(order) or now) > now
    return NewShipment(
        id=shipment_id(order.id, n),
        order_id=order.id,
        n=n,
        shop=order.shop,
        warehouse=one.warehouse,
        state="planned" if waits else "ready",
        carrier=one.carriage.carrier,
        service=one.carriage.service,
        incoterm=one.carriage.incoterm,
        country=order.country,
        leaves_at=stamp(one.carriage.leaves_at),
        news_at=order.updated_at,
        lines=tuple(ShipmentLine(p.line, p.order_line, p.sku, p.qty) for p in one.pieces),
    )


def _promise(order: StoredOrder, expires_at: str | None, plan: Plan, now: datetime) -> TraceLine:
    """Why the shipments are ready, or what they wait for."""
    inputs: dict[str, object] = {"payment": order.payment}
    if expires_at is not None:
        return TraceLine("commit", "payment", _RULE, "reserved_until", inputs | {"expires_at": expires_at})
    if (presale_from(order) or now) > now:
        return TraceLine("commit", "presale", _RULE, "waits_for_sale", inputs | {"from": order.available_from})
    return TraceLine("commit", "payment", _RULE, "ready_to_pick", inputs)


def _row(
    order: StoredOrder, no: int, plan: Plan, ids: Sequence[str], operator: Operator, now: datetime
) -> store.PlanRow:
    """The plan as it is kept: what the whole order asks for, and each shipment through the stages."""
    result = {
        "wants": [[w.order_line, w.sku, w.qty] for w in plan.wants],
        "shipments": [shipment_record(key, one) for key, one in zip(ids, plan.shipments, strict=True)],
    }
    return store.PlanRow(order.id, no, stamp(now), operator.badge, plan.version, result, plan.cost_minor, plan.currency)


def _hold(tx: Tx, held: Sequence[Decision], summary: PlanSummary, operator: Operator, now: datetime) -> None:
    """The orders wait for a person: a case for each finding, and what no longer holds true is settled."""
    if not held:
        return
    cases: list[NewCase] = []
    entries: list[Entry] = []
    for decision in held:
        order, findings = decision.order, decision.plan.findings
        kinds = list(dict.fromkeys(f.kind for f in findings))
        summary.held.update(kinds)
        by = f"planning {decision.plan.version}"
        cases += [NewCase(f.kind, "order", order.id, order.id, by, f.detail) for f in findings]
        entries.append(Entry(order.id, order.id, "held", operator.badge, {"cases": kinds}))
        if order.state == "held":
            gone = [kind for kind in SCREENED if kind not in kinds]
            settle_of(tx, order.id, kinds=gone, act="replan", by=operator.badge, now=now)
    open_cases(tx, cases, now)
    orders.set_state(tx, [d.order.id for d in held], "held")
    record(tx, entries, now)
