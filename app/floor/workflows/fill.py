"""What a packer does with goods: put in, take out, shift, choose a carton, do a step, report what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.floor import facts as fact
from app.floor.facts import Asked, Event
from app.floor.packet import Box, Lying
from app.floor.work import Facts, SeenCarton, SeenCommand, SeenItem, SeenJob, SeenNumber, SeenStep, SeenTote, Step
from app.floor.workflows import contents, parcels, waiting
from app.floor.workflows.parcels import Bench, PackJob
from app.floor.workflows.waiting import say


def item(bench: Bench, seen: SeenItem, facts: Facts) -> Step:
    """An item was scanned: into the parcel, out of it, or into another, as the mode says."""
    pj = parcels.current(bench) or _wanting(bench, seen)
    if pj is None:
        return _not_wanted(bench, None, seen, facts)
    match bench.mode:
        case "take_out":
            return _take_out(bench, pj, seen, facts)
        case "shift":
            return _shift(bench, pj, seen, facts)
        case _:
            return _put_in(bench, pj, seen, facts)


def _wanting(bench: Bench, seen: SeenItem) -> PackJob | None:
    """The oldest job that still wants the item: how goods picked in bulk find their order."""
    return next((pj for pj in parcels.open_jobs(bench) if parcels.units(pj.loose, seen.sku)), None)


def _put_in(bench: Bench, pj: PackJob, seen: SeenItem, facts: Facts) -> Step:
    """Guard before write: what the job doesn't want, or no longer wants, never counts."""
    packet = bench.packet
    loose = tuple(u for u in pj.loose if u.sku == seen.sku)
    if not loose:
        return _not_wanted(bench, pj, seen, facts)
    if seen.sku in pj.job.restricted:
        return waiting.stop(bench, seen, facts, "restricted", sku=seen.sku, job=pj.job.shipment)
    fits = _match(bench, loose, seen, facts)
    if isinstance(fits, Step):
        return fits
    qty = seen.units * max(bench.count, 1)
    if bench.mode == "broken":
        qty = min(qty, parcels.units(fits))
        return waiting.ask(bench, seen.code, facts, "broken_again", sku=seen.sku, qty=qty, serial=fits[0].serial)
    there = parcels.units(fits)
    if qty > there:
        return Step(say(packet, "too_many", sku=seen.sku, n=qty, left=there), waiting.spent(bench))
    into = parcels.focus(pj).n
    events = tuple(
        fact.ItemPacked(
            pj.job.shipment, into, u.line, u.tote, u.sku, u.qty, u.lot, u.serial, same_scan=i > 0
        )
        for i, u in enumerate(_spread(fits, qty))
    )  # fmt: skip
    left = parcels.units(loose) - qty
    packed = sum(parcels.units(b.items, seen.sku) for b in pj.boxes) + qty
    said = "item_packed" if left else "line_done" if parcels.units(pj.loose) > qty else "all_in"
    return Step(say(packet, said, sku=seen.sku, n=packed, of=packed + left), events)


def _not_wanted(bench: Bench, pj: PackJob | None, seen: SeenItem, facts: Facts) -> Step:
    """Why the item doesn't count: complete, not picked, or not of this job."""
    if pj is None:
        own = {line.sku for job in bench.packet.jobs for line in job.lines}
        if seen.sku in own:
            return Step(say(bench.packet, "already_complete", sku=seen.sku))
        return waiting.stop(bench, seen, facts, "wrong_item", sku=seen.sku)
    if any(parcels.units(b.items, seen.sku) for b in pj.boxes):
        return Step(say(bench.packet, "already_complete", sku=seen.sku))
    if any(line.sku == seen.sku and line.qty for line in pj.job.lines):
        return Step(say(bench.packet, "not_picked", sku=seen.sku))
    if pj.loose:
        return waiting.stop(bench, seen, facts, "wrong_item", sku=seen.sku, want=pj.loose[0].sku)
    return waiting.stop(bench, seen, facts, "wrong_item", sku=seen.sku)


def _match(bench: Bench, units: tuple[Lying, ...], seen: SeenItem, facts: Facts) -> tuple[Lying, ...] | Step:
    """Those of the units that the scan can mean by its lot and its serial number, or why there is none."""
    lots = {u.lot for u in units if u.lot}
    if seen.lot and lots:
        some = tuple(u for u in units if u.lot.upper() == seen.lot.upper())
        if not some:
            return waiting.stop(
                bench, seen, facts, "wrong_lot", sku=seen.sku, lot=seen.lot, want_lot=", ".join(sorted(lots))
            )
        units = some
    if not any(u.serial for u in units):
        return units
    if not seen.serial:
        return Step(say(bench.packet, "serial_needed", sku=seen.sku))
    some = tuple(u for u in units if u.serial == seen.serial)
    if not some:
        return Step(say(bench.packet, "wrong_serial", sku=seen.sku, serial=seen.serial))
    if seen.units * max(bench.count, 1) != 1:
        return Step(say(bench.packet, "serial_one_by_one", sku=seen.sku), waiting.spent(bench))
    return some


def _spread(units: tuple[Lying, ...], qty: int) -> tuple[Lying, ...]:
    """`qty` of these units, first come first served."""
    taken: list[Lying] = []
    for unit in units:
        share = min(qty, unit.qty)
        if share:
            taken.append(replace(unit, qty=share))
            qty -= share
    return tuple(taken)


def _out_of(bench: Bench, pj: PackJob, seen: SeenItem, facts: Facts) -> tuple[Box, tuple[Lying, ...]] | Step:
    """The parcel in work and its units that the scan means, as many as the scan says; or why there are none."""
    out = parcels.focus(pj)
    units = tuple(u for u in out.items if u.sku == seen.sku)
    if not units:
        other = next((b for b in pj.boxes if parcels.units(b.items, seen.sku)), None)
        if other is None:
            return Step(say(bench.packet, "not_in_parcel", sku=seen.sku, n=out.n))
        said = "in_other_parcel" if other.state == parcels.OPEN else "reopen_first"
        return Step(say(bench.packet, said, sku=seen.sku, n=other.n))
    fits = _match(bench, units, seen, facts)
    if isinstance(fits, Step):
        return fits
    qty = seen.units * max(bench.count, 1)
    if qty > parcels.units(fits):
        few = say(bench.packet, "not_so_many", sku=seen.sku, n=qty, there=parcels.units(fits))
        return Step(few, waiting.spent(bench))
    return out, _spread(fits, qty)


def _take_out(bench: Bench, pj: PackJob, seen: SeenItem, facts: Facts) -> Step:
    tote = bench.value or home(pj)
    if not tote:
        return Step(say(bench.packet, "scan_tote_for_out"))
    found = _out_of(bench, pj, seen, facts)
    if isinstance(found, Step):
        return found
    out, units = found
    events = tuple(
        fact.ItemTakenOut(
            pj.job.shipment, out.n, u.line, tote, u.sku, u.qty, u.lot, u.serial, same_scan=i > 0
        )
        for i, u in enumerate(units)
    )  # fmt: skip
    return Step(say(bench.packet, "item_out", sku=seen.sku, n=parcels.units(units), tote=tote), events)


def _shift(bench: Bench, pj: PackJob, seen: SeenItem, facts: Facts) -> Step:
    found = _out_of(bench, pj, seen, facts)
    if isinstance(found, Step):
        return found
    out, units = found
    to = int(bench.value)
    events = tuple(
        fact.ItemShifted(pj.job.shipment, out.n, to, u.line, u.sku, u.qty, u.lot, u.serial, same_scan=i > 0)
        for i, u in enumerate(units)
    )
    return Step(say(bench.packet, "item_shifted", sku=seen.sku, n=parcels.units(units), to=to), events)


def home(pj: PackJob) -> str:
    """The tote that things taken out go back into: the one on the bench."""
    return next((u.tote for u in (*pj.job.totes, *pj.loose) if u.tote), "")


def tote(bench: Bench, seen: SeenTote) -> Step:
    """A tote was scanned while packing."""
    pj = parcels.current(bench)
    if bench.mode == "take_out" and pj:
        if seen.tote not in bench.packet.totes.values() or seen.tote in bench.packet.busy:
            return Step(say(bench.packet, "tote_busy", tote=seen.tote))
        return Step(say(bench.packet, "out_scan_item", tote=seen.tote), (fact.ModeSet("take_out", seen.tote),))
    if any(u.tote == seen.tote for other in parcels.open_jobs(bench) for u in other.loose):
        return Step(say(bench.packet, "tote_known", tote=seen.tote))
    return Step(say(bench.packet, "tote_not_here", tote=seen.tote))


def job(bench: Bench, seen: SeenJob) -> Step:
    """A job code was scanned: go on with that job of the packet, if the one in hand is not half done."""
    pj, wanted = parcels.current(bench), bench.jobs.get(seen.shipment)
    if wanted is None or wanted.over:
        return Step(say(bench.packet, "job_not_here", job=seen.shipment))
    if pj and pj.job.shipment == seen.shipment:
        return Step(say(bench.packet, "job_known", job=seen.shipment))
    if pj and any(b.items and b.state != parcels.LABELLED for b in pj.boxes):
        return Step(say(bench.packet, "finish_job_first", job=pj.job.shipment))
    event = fact.ParcelStarted(seen.shipment, parcels.focus(wanted).n)
    return Step(say(bench.packet, "job_chosen", job=seen.shipment), (event,))


def carton(bench: Bench, pj: PackJob, seen: SeenCarton) -> Step:
    return _choose(bench, pj, seen.carton)


def _choose(bench: Bench, pj: PackJob, code: str) -> Step:
    chosen = contents.carton(bench.packet, code)
    into = parcels.focus(pj)
    if chosen is None:
        return Step(say(bench.packet, "carton_unknown", carton=code))
    if into.carton == code:
        return Step(say(bench.packet, "carton_known", carton=chosen.name, n=into.n))
    if contents.net_weight(bench.packet, into.items) > chosen.max_g:
        said = say(bench.packet, "carton_weak", carton=chosen.name, max_g=chosen.max_g, n=into.n)
    else:
        said = say(bench.packet, "carton_chosen", carton=chosen.name, n=into.n)
    return Step(said, (fact.CartonChosen(pj.job.shipment, into.n, code),))


def suggestion(bench: Bench, pj: PackJob) -> str:
    """The carton code for the parcel in work: for what is in it and, while it is the only open one, what is to come."""
    others = any(b.items and b.state == parcels.OPEN and b.n != parcels.focus(pj).n for b in pj.boxes)
    best = contents.suggested(bench.packet, parcels.focus(pj).items + (() if others else pj.loose))
    return best.code if best else ""


def box(bench: Bench, pj: PackJob) -> Step:
    """PBBOX: names the carton that fits; PBBOX again takes it."""
    code = suggestion(bench, pj)
    if not code:
        return Step(say(bench.packet, "no_cartons"))
    if bench.mode == "box":
        if parcels.focus(pj).carton == code:
            return Step(say(bench.packet, "carton_known", carton=_carton_name(bench, code)), (fact.ModeSet(""),))
        return _choose(bench, pj, code)
    return Step(say(bench.packet, "carton_ask", carton=_carton_name(bench, code)), (fact.ModeSet("box"),))


def _carton_name(bench: Bench, code: str) -> str:
    found = contents.carton(bench.packet, code)
    return found.name if found else code


def step(bench: Bench, pj: PackJob, seen: SeenStep) -> Step:
    """A step's card was scanned: the first of its kind that is due is done."""
    into = parcels.focus(pj)
    asked = next((d for d in contents.due(bench.packet, into) if d.step == seen.step), None)
    words = contents.step(bench.packet, seen.step).words
    if asked is None:
        done = any(key.partition(":")[0] == seen.step for key in into.steps)
        return Step(say(bench.packet, "step_done_before" if done else "step_not_due", step=words))
    event = fact.StepConfirmed(pj.job.shipment, into.n, asked.step, asked.sku)
    return Step(say(bench.packet, "step_done", step=words, sku=asked.sku), (event,))


def ok(bench: Bench, pj: PackJob) -> Step:
    """PBOK with nothing to acknowledge: the confirm key of a step that needs no card."""
    into = parcels.focus(pj)
    asked = next(iter(contents.due(bench.packet, into)), None)
    if asked is None:
        return Step(say(bench.packet, "nothing_to_acknowledge"))
    found = contents.step(bench.packet, asked.step)
    if found.confirm != "key":
        return Step(say(bench.packet, "step_card", step=found.words, code=found.code))
    event = fact.StepConfirmed(pj.job.shipment, into.n, asked.step, asked.sku)
    return Step(say(bench.packet, "step_done", step=found.words, sku=asked.sku), (event,))


def next_parcel(bench: Bench, pj: PackJob) -> Step:
    """PBNEXT: round the open parcels, and after the last a new one if anything is left to go into it."""
    here = parcels.focus(pj)
    numbers = sorted(b.n for b in pj.boxes if b.state == parcels.OPEN and (b.items or pj.loose))
    others = [n for n in numbers if n > here.n] or [n for n in numbers if n < here.n]
    if pj.loose and here.items and max(numbers) == here.n and all(b.items or b.n == here.n for b in pj.boxes):
        to = parcels.next_number(pj)
    elif others:
        to = others[0]
    else:
        return Step(say(bench.packet, "parcel_empty_already" if not here.items else "nothing_for_next", n=here.n))
    return Step(say(bench.packet, "parcel_now", n=to), (fact.ParcelStarted(pj.job.shipment, to),))


def out(bench: Bench, pj: PackJob) -> Step:
    """PBOUT: the next item scanned comes out of the parcel in work; PBOUT again changes one's mind."""
    if bench.mode == "take_out":
        return Step(say(bench.packet, "mode_off"), (fact.ModeSet(""),))
    if not parcels.focus(pj).items:
        return Step(say(bench.packet, "parcel_empty", n=parcels.focus(pj).n))
    said = say(bench.packet, "out_scan_item", tote=home(pj)) if home(pj) else say(bench.packet, "scan_tote_for_out")
    return Step(said, (fact.ModeSet("take_out"),))


def shift(bench: Bench, pj: PackJob) -> Step:
    """PBSHIFT: the next item scanned goes into another parcel, which a number can name."""
    if bench.mode == "shift":
        return Step(say(bench.packet, "mode_off"), (fact.ModeSet(""),))
    here = parcels.focus(pj)
    if not here.items:
        return Step(say(bench.packet, "parcel_empty", n=here.n))
    to = next((b.n for b in pj.boxes if b.state == parcels.OPEN and b.n != here.n), parcels.next_number(pj))
    return Step(say(bench.packet, "shift_scan_item", to=to), (fact.ModeSet("shift", str(to)),))


def shift_to(bench: Bench, pj: PackJob, seen: SeenNumber) -> Step:
    """A number after PBSHIFT: the parcel meant."""
    here = parcels.focus(pj)
    open_ = {b.n for b in pj.boxes if b.state == parcels.OPEN} | {parcels.next_number(pj)}
    if seen.number == here.n or seen.number not in open_:
        return Step(say(bench.packet, "no_such_parcel", n=seen.number))
    return Step(say(bench.packet, "shift_scan_item", to=seen.number), (fact.ModeSet("shift", str(seen.number)),))


def short(bench: Bench, pj: PackJob, seen: SeenCommand, facts: Facts) -> Step:
    """PBSHORT: the first article still to be packed is not in its tote."""
    if not pj.loose:
        return Step(say(bench.packet, "nothing_missing"))
    sku = pj.loose[0].sku
    return waiting.ask(bench, seen.code, facts, "short_again", sku=sku, qty=parcels.units(pj.loose, sku))


def broken(bench: Bench, pj: PackJob, seen: SeenCommand, facts: Facts) -> Step:
    """PBBROKEN: one of the article at hand; where several are left, its scan says which."""
    if not pj.loose:
        return Step(say(bench.packet, "nothing_missing"))
    first = pj.loose[0]
    if len({u.sku for u in pj.loose}) > 1 or first.serial:
        return Step(say(bench.packet, "broken_which"), (fact.ModeSet("broken"),))
    qty = min(max(bench.count, 1), parcels.units(pj.loose))
    return waiting.ask(bench, seen.code, facts, "broken_again", sku=first.sku, qty=qty, serial="")


def gone(pj: PackJob, question: Asked) -> tuple[Event, ...]:
    """The facts when PBSHORT or PBBROKEN was confirmed."""
    sku, serial = str(question.values["sku"]), str(question.values.get("serial", ""))
    units = tuple(u for u in pj.loose if u.sku == sku and (not serial or u.serial == serial))
    form = fact.ShortFound if question.act == "short_again" else fact.BrokenFound
    return tuple(
        form(pj.job.shipment, u.line, f"T:{u.tote}", u.sku, u.qty, u.lot, u.serial)
        for u in _spread(units, int(question.values["qty"]))
    )


def fold(bench: Bench, events: Sequence[Event]) -> Bench:
    """The bench after facts that are about to be kept: for looking ahead only, their ids are not made yet."""
    for event in events:
        bench = waiting.evolve(bench, "", event, parcels.apply)
    return bench
