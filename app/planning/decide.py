"""What becomes of one order: screened, then through the chain. Pure; preview and commit both ask here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from app.orders.order import StoredOrder
from app.planning import chain, screen
from app.planning.basket import basket, remaining, wants
from app.planning.house import House
from app.planning.pins import Pins
from app.planning.planned import Plan, TraceLine
from app.planning.stages.split import Free


@dataclass(frozen=True, slots=True)
class Decision:
    """`verdict` "plan" with a plan that has shipments, or with findings; any other verdict: nothing to plan."""

    order: StoredOrder
    verdict: screen.Verdict
    plan: Plan

    @property
    def planned(self) -> bool:
        return self.verdict == "plan" and not self.plan.findings


def decide(
    order: StoredOrder,
    free: Free,
    house: House,
    pins: Pins,
    *,
    kept: Mapping[tuple[int, str], int] | None = None,
    released: Collection[str] = (),
) -> Decision:
    """The decision on an order. `kept`: units by (order line, SKU) in shipments that stay; `released`: findings that

    a person has looked at and let pass.
    """
    verdict = screen.verdict(order)
    nothing = Plan(order.id, (), (), currency=order.currency, version=house.version)
    if verdict != "plan":
        return Decision(order, verdict, nothing)
    asked = wants(order, house.products)
    found = screen.screen(order, asked, house.products, house.books, house.now.date())
    findings = tuple(f for f in found if f.kind not in released)
    screened = tuple(TraceLine("screen", f.rule, house.version, f.kind, f.detail) for f in found)
    if findings:
        return Decision(order, verdict, replace(nothing, findings=findings, trace=screened, wants=asked))
    left = remaining(asked, kept or {})
    if not left:
        return Decision(order, "nothing_to_ship", nothing)
    passed = TraceLine("screen", "screen", house.version, "passed", {"country": order.country})
    plan = chain.plan(basket(order, left, pins, house.now), free, house)
    return Decision(order, verdict, replace(plan, trace=(*screened, passed, *plan.trace), wants=asked))
