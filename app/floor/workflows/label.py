"""Closing a parcel and its label: verified before it prints, confirmed by scanning it, reprinted, re-created, reopened.

A reprint is a new copy of the same issue; re-create and reopen void the issue: an old label is told by its number.
"""

from __future__ import annotations

from app.base.ids import parcel_id
from app.floor import facts as fact
from app.floor.facts import Asked, Event
from app.floor.packet import Box
from app.floor.work import NEVER_HEARD_S, Facts, Message, Print, SeenCommand, SeenLabel, SeenNumber, Step, units
from app.floor.workflows import contents, fill, parcels, waiting
from app.floor.workflows.parcels import Bench, PackJob
from app.floor.workflows.waiting import say

# Said by number: short enough to type, and printed as barcodes on the command sheet.
REPRINT_REASONS = {1: "unreadable", 2: "did_not_come_out", 3: "damaged"}
REOPEN_REASONS = {1: "contents", 2: "carton", 3: "label_wrong"}


def close(bench: Bench, pj: PackJob, seen: SeenCommand, facts: Facts) -> Step:
    """PBCLOSE: refused with its reason until the parcel is complete; then its label and its slip are printed."""
    shut = parcels.focus(pj)
    refused = _unready(bench, pj, shut, seen, facts) or _no_label(bench, pj, shut, facts)
    if refused:
        return refused
    chosen = contents.carton(bench.packet, shut.carton)
    weight = contents.gross_weight(bench.packet, shut)
    if chosen and weight - chosen.tare_g > chosen.max_g:
        return waiting.ask(
            bench, seen.code, facts, "too_heavy_again", n=shut.n, weight_g=weight - chosen.tare_g, max_g=chosen.max_g
        )
    return _close(bench, pj, shut, facts)


def _unready(bench: Bench, pj: PackJob, shut: Box, seen: SeenCommand, facts: Facts) -> Step | None:
    """What the parcel itself still lacks."""
    packet = bench.packet
    if not shut.items:
        return Step(say(packet, "parcel_empty", n=shut.n))
    restricted = next((u.sku for u in shut.items if u.sku in pj.job.restricted), "")
    if restricted:
        return waiting.stop(bench, seen, facts, "restricted", sku=restricted, job=pj.job.shipment)
    if packet.cartons and not shut.carton:
        best = contents.carton(packet, fill.suggestion(bench, pj))
        return Step(say(packet, "carton_first", n=shut.n, carton=best.name if best else ""))
    due = contents.due(packet, shut)
    if due:
        return Step(say(packet, "step_first", step=contents.step(packet, due[0].step).words, sku=due[0].sku))
    return None


def _no_label(bench: Bench, pj: PackJob, shut: Box, facts: Facts) -> Step | None:
    """Why no label may be made now, whatever is in the parcel. Somebody may answer for news that is too old."""
    news, limit = facts.news.get(pj.job.shipment), pj.job.label_offline_minutes
    if news and news.age_s > limit * 60 and pj.approved != shut.n:
        age = news.age_s // 60 if news.age_s < NEVER_HEARD_S else f"> {limit}"
        return Step(say(bench.packet, "news_too_old", job=pj.job.shipment, n=shut.n, minutes=age, limit=limit))
    if not facts.recipient_ready:
        return Step(say(bench.packet, "no_recipient", job=pj.job.shipment))
    if facts.numbers is None:
        return Step(say(bench.packet, "no_numbers", carrier=pj.job.carrier))
    return None


def _close(bench: Bench, pj: PackJob, shut: Box, facts: Facts) -> Step:
    assert facts.numbers is not None
    sscc, tracking = facts.numbers
    weight = contents.gross_weight(bench.packet, shut)
    event = fact.ParcelClosed(pj.job.shipment, shut.n, shut.issue + 1, sscc, tracking, weight, _news_age(pj, facts))
    subject = parcel_id(pj.job.shipment, shut.n)
    prints = (
        waiting.label_print(pj.job.shipment, subject, event.issue, 1),
        Print("packing_slip", subject, event.issue, 1, pj.job.shipment),
    )
    said = "parcel_closed" if facts.printer_ready else "closed_printer_waits"
    return Step(say(bench.packet, said, n=shut.n, end=sscc[-4:], weight_g=weight), (event,), prints)


def _news_age(pj: PackJob, facts: Facts) -> int:
    news = facts.news.get(pj.job.shipment)
    return min(news.age_s, NEVER_HEARD_S) if news else 0


def label(bench: Bench, pj: PackJob, seen: SeenLabel, facts: Facts) -> Step:
    """A label was scanned: it confirms the parcel that waits for it, and never another."""
    mine = parcels.box(pj, seen.parcel) if seen.shipment == pj.job.shipment else None
    if mine and seen.issue and (seen.issue < mine.issue or mine.state == parcels.OPEN):
        return waiting.stop(bench, seen, facts, "void_label", parcel=parcel_id(pj.job.shipment, mine.n))
    if bench.mode == "reopen" and mine and mine.state != parcels.OPEN:
        return _reopen(bench, pj, mine, "label_scanned")
    shut = parcels.waiting_box(pj)
    if shut is None:
        if bench.mode == "reprint" and mine and mine.state == parcels.LABELLED:
            return _comes_yet(bench, pj, mine, facts) or _why(bench, mine)
        if mine and mine.state == parcels.OPEN:
            return Step(say(bench.packet, "label_not_yet", n=mine.n))
        return _choose(bench, mine) if mine else Step(say(bench.packet, "label_not_here", parcel=_id(seen)))
    if mine is None or mine.n != shut.n:
        want = parcel_id(pj.job.shipment, shut.n)
        return waiting.stop(bench, seen, facts, "other_label", parcel=_id(seen), want_parcel=want)
    confirmed = fact.LabelConfirmed(pj.job.shipment, shut.n, shut.issue)
    return finish(bench, pj, Step(say(bench.packet, "label_confirmed", n=shut.n), (confirmed,)))


def _choose(bench: Bench, mine: Box) -> Step:
    """The label of a parcel that has it already: what is asked for next is meant for this one."""
    chosen = (fact.ModeSet("label", str(mine.n)),)
    already = (bench.mode, bench.value) == ("label", str(mine.n))
    return Step(say(bench.packet, "label_chosen", n=mine.n, end=mine.sscc[-4:]), () if already else chosen)


def finish(bench: Bench, pj: PackJob, step: Step) -> Step:
    """Add the end of the job when these facts leave nothing to pack."""
    after = fill.fold(bench, step.events)
    now = after.jobs[pj.job.shipment]
    if now.over or not parcels.settled(now):
        return step
    boxes = sum(1 for b in now.boxes if b.items)
    left = sum(1 for _ in parcels.open_jobs(after)) - 1
    said = ("job_done_next" if left else "job_done") if boxes else "job_empty"
    counted = (units("parcels", boxes), units("jobs", left))
    message = say(bench.packet, said, job=pj.job.shipment, parcels=counted[0], left=counted[1])
    return Step(message, (*step.events, fact.PackFinished(pj.job.shipment)), step.prints)


def reprint(bench: Bench, pj: PackJob, facts: Facts) -> Step:
    """PBREPRINT asks why; again, without an answer, means that nothing came out."""
    shut = _labelled(bench, pj)
    if shut is None:
        return Step(say(bench.packet, "no_label_yet"))
    if bench.mode == "reprint":
        return _reprint(bench, pj, shut, "did_not_come_out", facts)
    return _comes_yet(bench, pj, shut, facts) or _why(bench, shut)


def _why(bench: Bench, shut: Box) -> Step:
    return Step(say(bench.packet, "reprint_why", n=shut.n), (fact.ModeSet("reprint", str(shut.n)),))


def _comes_yet(bench: Bench, pj: PackJob, shut: Box, facts: Facts) -> Step | None:
    """A label that waits for the printer comes out by itself: a copy as well would be a second label on the bench."""
    if (parcel_id(pj.job.shipment, shut.n), shut.issue) not in facts.waiting_labels:
        return None
    return Step(say(bench.packet, "label_comes_yet", n=shut.n, end=shut.sscc[-4:]))


def _reprint(bench: Bench, pj: PackJob, shut: Box, reason: str, facts: Facts) -> Step:
    refused = _comes_yet(bench, pj, shut, facts)
    if refused:
        return refused
    event = fact.LabelReprinted(pj.job.shipment, shut.n, shut.issue, shut.copy + 1, reason)
    subject = parcel_id(pj.job.shipment, shut.n)
    prints = (waiting.label_print(pj.job.shipment, subject, shut.issue, event.copy, reason),)
    said = say(bench.packet, "label_reprinted", n=shut.n, copy=event.copy, reason=Message(f"reason_{reason}"))
    return Step(said, (event,), prints)


def void(bench: Bench, pj: PackJob, seen: SeenCommand, facts: Facts) -> Step:
    """PBVOID, confirmed: the label's numbers are given up and a new label is made."""
    shut = _labelled(bench, pj)
    if shut is None:
        return Step(say(bench.packet, "no_label_yet"))
    refused = _no_label(bench, pj, shut, facts)  # before the question, not after its answer
    if refused:
        return refused
    return waiting.ask(bench, seen.code, facts, "void_again", n=shut.n, end=shut.sscc[-4:])


def reopen(bench: Bench, pj: PackJob) -> Step:
    """PBREOPEN asks for the label's scan, or a reason; again changes one's mind."""
    shut = _labelled(bench, pj)
    if shut is None:
        return Step(say(bench.packet, "no_label_yet"))
    if bench.mode == "reopen":
        return Step(say(bench.packet, "mode_off"), (fact.ModeSet(""),))
    return Step(say(bench.packet, "reopen_why", n=shut.n), (fact.ModeSet("reopen", str(shut.n)),))


def _reopen(bench: Bench, pj: PackJob, shut: Box, reason: str) -> Step:
    event = fact.ParcelReopened(pj.job.shipment, shut.n, shut.issue, reason)
    return Step(say(bench.packet, "parcel_reopened", n=shut.n, end=shut.sscc[-4:]), (event,))


def reason(bench: Bench, pj: PackJob, seen: SeenNumber, facts: Facts) -> Step:
    """The number of a reason, after PBREPRINT or PBREOPEN."""
    reasons = REPRINT_REASONS if bench.mode == "reprint" else REOPEN_REASONS
    shut = _labelled(bench, pj)
    if shut is None or seen.number not in reasons:
        return Step(say(bench.packet, "no_such_reason", n=seen.number))
    if bench.mode == "reprint":
        return _reprint(bench, pj, shut, reasons[seen.number], facts)
    return _reopen(bench, pj, shut, reasons[seen.number])


def confirmed(bench: Bench, pj: PackJob, question: Asked, facts: Facts) -> Step:
    """What a question about a label, once confirmed, comes to."""
    if question.act == "too_heavy_again":
        shut = parcels.focus(pj)
        return _no_label(bench, pj, shut, facts) or _close(bench, pj, shut, facts)
    named = parcels.box(pj, int(question.values["n"]))
    assert named is not None
    shut = named
    refused = _no_label(bench, pj, shut, facts)
    if refused:
        return refused
    assert facts.numbers is not None
    sscc, tracking = facts.numbers
    event: Event = fact.LabelRecreated(
        pj.job.shipment, shut.n, shut.issue + 1, sscc, tracking, "bench", _news_age(pj, facts)
    )
    subject = parcel_id(pj.job.shipment, shut.n)
    prints = (waiting.label_print(pj.job.shipment, subject, shut.issue + 1, 1),)
    said = say(bench.packet, "label_recreated", n=shut.n, old=shut.sscc[-4:], end=sscc[-4:])
    return Step(said, (event,), prints)


def _labelled(bench: Bench, pj: PackJob) -> Box | None:
    """The parcel whose label is meant: the one named, the one that waits for it, else the last that has one."""
    named = parcels.named(bench, pj) or parcels.waiting_box(pj)
    return named or next((b for b in sorted(pj.boxes, key=lambda b: -b.n) if b.state == parcels.LABELLED), None)


def leave(bench: Bench, pj: PackJob | None, seen: SeenCommand, facts: Facts) -> Step:
    """PBEXIT: at once when nothing is half done, else after a second scan."""
    undone = [b for b in pj.boxes if b.items and b.state != parcels.LABELLED] if pj else []
    if pj is None or not undone:
        return left(bench)
    if pj.loose or parcels.unpicked(pj) or any(b.state == parcels.OPEN for b in undone):
        return waiting.ask(bench, seen.code, facts, "exit_again", job=pj.job.shipment)
    return waiting.ask(bench, seen.code, facts, "exit_label_again", n=undone[0].n, end=undone[0].sscc[-4:])


def left(bench: Bench) -> Step:
    """The claim is given back; what stands in labelled parcels alone is finished, as it was when it was opened."""
    whole = (pj for pj in parcels.open_jobs(bench) if parcels.all_labelled(pj))
    done = tuple(fact.PackFinished(pj.job.shipment) for pj in whole)
    return Step(say(bench.packet, "job_left"), (*done, fact.JobLeft(bench.packet.claim)))


def _id(seen: SeenLabel) -> str:
    return parcel_id(seen.shipment, seen.parcel)
