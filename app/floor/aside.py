"""Facts that can't be applied any more: kept, told in the orders' timelines, and asked about in one case a claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.cases import store as cases
from app.cases.open import open_case
from app.db import Tx, feed
from app.floor import store
from app.floor.facts import Fact, decode
from app.floor.held import store as holding
from app.floor.left_behind import left_behind
from app.floor.packet import Job, Packet
from app.floor.verdict import CANCELLED, asks
from app.orders.timeline import Entry, record


def ask_about(
    tx: Tx,
    station: str,
    aside: Sequence[tuple[Fact, str]],
    packets: Mapping[str, Packet],
    now: datetime,
) -> bool:
    """A person sees to facts that were set aside, each given with why; `packets` by claim, where they are known.

    One case a claim, open until somebody says what became of them; what comes after that opens another. Facts that ask
    nothing of anybody open none. Whether there is a case.
    """
    claims: dict[str, list[tuple[Fact, str]]] = {}
    for fact, reason in aside:
        claims.setdefault(fact.claim or fact.op_id, []).append((fact, reason))
    asking = {claim: some for claim, some in claims.items() if any(asks(fact.kind, why) for fact, why in some)}
    for claim, some in asking.items():
        first = some[0][0]
        why = sorted({said for _, said in some})
        totes = _lying_in(tx, claim, packets.get(claim))
        jobs = _concerned(packets[claim], some) if claim in packets else ()
        orders = sorted({job.order for job in jobs})
        case = open_case(
            tx,
            kind="late_fact",
            subject_kind="claim" if first.claim else "fact",
            subject=claim,
            order_id=orders[0] if len(orders) == 1 else None,
            by=first.op_id,
            detail={"station": station, "claim": claim, "why": why, "totes": totes},
            now=now,
        )
        if case:
            detail = {"station": station, "claim": claim, "facts": len(some), "why": why, "case": case}
            record(tx, [Entry(job.order, job.shipment, "late_work", station, detail, first.op_id) for job in jobs], now)
            feed.announce(tx, "order", orders, now)
        else:
            _widen(tx, claim, why, totes, now)
    return bool(asking)


def _concerned(packet: Packet, some: Sequence[tuple[Fact, str]]) -> Sequence[Job]:
    """Whose timeline tells of it: of a cart on which one order was cancelled the others go on."""
    if any(why != CANCELLED for _, why in some):
        return packet.jobs
    named = {getattr(decode(fact.kind, fact.body), "shipment", "") for fact, _ in some}
    return [job for job in packet.jobs if job.shipment in named] or packet.jobs


def _lying_in(tx: Tx, claim: str, packet: Packet | None) -> list[str]:
    """Totes in which goods lie by what was set aside of the claim: until it is settled they are busy."""
    late = [fact for fact, _ in holding.late_facts(tx, claim)]
    known = packet or next((one.packet for one in store.claims(tx, [claim]).values()), None)
    return left_behind(known, holding.effective(tx, claim), late).totes


def _widen(tx: Tx, claim: str, why: Sequence[str], totes: Sequence[str], now: datetime) -> None:
    """The open case about the claim stands for these facts too: for what reasons says what can settle it."""
    for case in cases.open_about(tx, "late_fact", [claim]):
        if not case.why.issuperset(why) or case.detail.get("totes") != totes:
            cases.add_detail(tx, case, {"why": sorted(case.why.union(why)), "totes": totes})
            feed.announce(tx, "case", [case.id], now)
