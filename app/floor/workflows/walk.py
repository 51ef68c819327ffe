"""What a picker does at a stop: reach, take, place, report what is missing, pass by, leave. Each answers a Step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from app.floor import facts as fact
from app.floor.facts import Asked, Event
from app.floor.work import Facts, Message, Seen, SeenBin, SeenCommand, SeenItem, SeenTote, Step, units
from app.floor.workflows import cart as cargo
from app.floor.workflows import waiting
from app.floor.workflows.cart import BULK, Cart
from app.floor.workflows.waiting import say


def reach(cart: Cart, seen: SeenBin) -> Step:
    """Any bin of the walk may be taken now; one that is no stop of it is refused with the bin wanted."""
    stops = cart.packet.stops
    here = [i for i in cart.queue if stops[i].bin == seen.bin]
    if not here:
        return Step(say(cart.packet, "wrong_bin", bin=seen.bin, want=stops[cart.queue[0]].bin))
    if cart.at == seen.bin == stops[cart.queue[0]].bin:
        return Step(say(cart.packet, "bin_known", bin=seen.bin, sku=stops[here[0]].sku))
    qty = sum(cart.to_take[i] for i in here if stops[i].sku == stops[here[0]].sku)
    return Step(
        say(cart.packet, "bin_reached", bin=seen.bin, sku=stops[here[0]].sku, qty=qty), (fact.StopReached(seen.bin),)
    )


def take(cart: Cart, seen: SeenItem, facts: Facts) -> Step:
    """Guard before write: only what a stop of this bin asks for counts, and never more of it."""
    packet, stops = cart.packet, cart.packet.stops
    here = cargo.one_target(cart, cargo.stops_here(cart, seen.sku))
    if not here:
        return _not_wanted(cart, seen, facts)
    item = packet.items.get(seen.sku)
    shipments = {stops[i].shipment for i in here}
    if any(seen.sku in job.restricted for job in packet.jobs if job.shipment in shipments):
        return waiting.stop(cart, seen, facts, "restricted", sku=seen.sku, job=stops[here[0]].shipment)
    if seen.lot:
        lots = tuple(i for i in here if stops[i].lot.upper() in ("", seen.lot.upper()))
        if not lots:
            return waiting.stop(cart, seen, facts, "wrong_lot", sku=seen.sku, lot=seen.lot, want_lot=stops[here[0]].lot)
        here = lots
    qty = seen.units * max(cart.count, 1)
    serial = ""
    if cargo.needs_serial(item, stops[here[0]]):
        if not seen.serial:
            return Step(say(packet, "serial_needed", sku=seen.sku))
        if seen.serial not in stops[here[0]].serials:
            return Step(say(packet, "wrong_serial", sku=seen.sku, serial=seen.serial, bin=cart.at))
        if seen.serial not in cargo.serials_left(cart, stops[here[0]]):
            return Step(say(packet, "serial_twice", sku=seen.sku, serial=seen.serial))
        if qty != 1:
            return Step(say(packet, "serial_one_by_one", sku=seen.sku), waiting.spent(cart))
        serial = seen.serial
    if cart.mode == "broken":
        return waiting.ask(cart, seen.code, facts, "broken_again", sku=seen.sku, qty=qty, bin=cart.at, serial=serial)
    wanted = sum(cart.to_take[i] for i in here)
    if qty > wanted:
        return Step(say(packet, "too_many", sku=seen.sku, n=qty, left=wanted), waiting.spent(cart))
    by_lot: dict[str, int] = {}
    for i, share in cargo.allot(cart, here, qty):
        by_lot[stops[i].lot] = by_lot.get(stops[i].lot, 0) + share
    events = tuple(
        fact.ItemTaken(cart.at, seen.sku, share, lot, serial, same_scan=n > 0)
        for n, (lot, share) in enumerate(by_lot.items())
    )
    held = sum(h.qty for h in cart.hand if stops[h.stop].sku == seen.sku) + qty
    return Step(say(packet, "item_taken", sku=seen.sku, n=held, of=held + wanted - qty), events)


def _not_wanted(cart: Cart, seen: SeenItem, facts: Facts) -> Step:
    stops = cart.packet.stops
    at = [i for i, stop in enumerate(stops) if stop.bin == cart.at and stop.sku == seen.sku]
    if any(i in cart.queue for i in at):
        return Step(say(cart.packet, "place_first", tote=tote_said(cart)))
    if any(stops[i].shipment not in cart.dropped for i in at):
        return Step(say(cart.packet, "already_complete", sku=seen.sku))
    if not cart.queue:
        return waiting.stop(cart, seen, facts, "wrong_item", sku=seen.sku)
    return waiting.stop(cart, seen, facts, "wrong_item", sku=seen.sku, want=stops[cart.queue[0]].sku)


def place(cart: Cart, seen: SeenTote, facts: Facts) -> Step:
    """All that is in the hand goes into its shipment's tote; the first free one scanned becomes that.

    A second one only when it is confirmed; another shipment's never.
    """
    packet, mine = cart.packet, cargo.held_for(cart)
    assert mine is not None
    bound = cart.totes.get(mine, ())
    if seen.tote in bound:
        return _placed(cart, seen.tote, ())
    if any(seen.tote in totes for totes in cart.totes.values()):
        if bound:
            return waiting.stop(cart, seen, facts, "wrong_tote", tote=seen.tote, want_tote=tote_wanted(cart))
        return waiting.stop(cart, seen, facts, "others_tote", tote=seen.tote)
    if seen.tote in packet.busy or seen.tote not in packet.totes.values():
        return Step(say(packet, "tote_busy", tote=seen.tote))
    if bound:
        return waiting.ask(cart, seen.code, facts, "another_tote", tote=seen.tote, want_tote=bound[0])
    return _placed(cart, seen.tote, (fact.ToteBound(mine, seen.tote),))


def _placed(cart: Cart, tote: str, bound: tuple[Event, ...]) -> Step:
    stops = cart.packet.stops
    events: list[Event] = list(bound)
    for held in cart.hand:
        stop = stops[held.stop]
        events.append(
            fact.ItemPlaced(
                stop.shipment, stop.line, stop.bin, tote, stop.sku, held.qty, held.lot, held.serial,
                same_scan=bool(events),
            )
        )  # fmt: skip
    qty = sum(held.qty for held in cart.hand)
    said = say(cart.packet, "item_placed", sku=stops[cart.hand[0].stop].sku, n=qty, tote=tote)
    return _finish(cart, Step(said, tuple(events)))


def _finish(cart: Cart, step: Step) -> Step:
    """Add what follows when these facts leave nothing to take: the shipments that are complete are finished."""
    after = fold(cart, step.events)
    if after.queue or after.hand:
        return step
    done = _finished(after)
    return replace(step, message=_ended(after, done) or step.message, events=(*step.events, *done))


def _ended(cart: Cart, done: Sequence[fact.PickFinished]) -> Message | None:
    """What is said when the walk is over; None when nothing was picked that could be carried on."""
    finished = {event.shipment for event in done}
    if missing := sum(cargo.lacking(cart, s) for s in cargo.open_jobs(cart) if s not in finished):
        return say(cart.packet, "pick_ends_incomplete", pieces=units("pieces", missing))
    totes = sorted({kind.tote for kind in cart.placed if kind.shipment in finished})
    return say(cart.packet, "pick_done", totes=", ".join(totes)) if totes else None


def without(cart: Cart, step: Step) -> Step:
    """A stop that drops a shipment: it says where what the hand holds for it belongs, for the ledger has it there.

    When the shipment's goods were the last to take, the others are finished first.
    """
    *dropped, shown = step.events
    assert isinstance(shown, fact.StopShown)
    held = Counter[str]()
    for unit in cart.hand:
        if cart.packet.stops[unit.stop].shipment == shown.values["job"]:
            held[cart.packet.stops[unit.stop].sku] += unit.qty
    if held:
        goods = "\n".join(f"{qty} {sku}" for sku, qty in held.items())
        shown = replace(
            shown, message=_PUT_BACK[shown.message], values={**shown.values, "bin": cart.at, "goods": goods}
        )
    after = fold(cart, dropped)
    done = () if after.queue or after.hand else _finished(after)
    return Step(say(cart.packet, shown.message, shown.values), (*dropped, *done, shown))


_PUT_BACK = {
    "order_cancelled": "cancelled_put_back",
    "order_held": "held_put_back",
    "taken_over": "taken_over_put_back",
}


def _finished(cart: Cart) -> tuple[fact.PickFinished, ...]:
    """Shipments of which nothing is left to take."""
    waits = {cart.packet.stops[i].shipment for i in cart.queue}
    return tuple(fact.PickFinished(s) for s in cargo.open_jobs(cart) if s not in waits and cargo.lacking(cart, s) <= 0)


def _short_stops(cart: Cart) -> tuple[int, ...]:
    """The stop at hand: in bulk, all that ask for the same from this bin."""
    stops = cart.packet.stops
    if cart.hand:
        wanted = stops[cart.hand[-1].stop]
    elif cart.queue and stops[cart.queue[0]].bin == cart.at:
        wanted = stops[cart.queue[0]]
    else:
        return ()
    return tuple(i for i in cargo.one_target(cart, cargo.stops_here(cart, wanted.sku)) if stops[i].lot == wanted.lot)


def short(cart: Cart, seen: SeenCommand, facts: Facts) -> Step:
    """PBSHORT: all that this stop still asks for is missing, once that is confirmed."""
    if not cart.hand and not _short_stops(cart):
        return _not_at_bin(cart)
    missing = sum(cart.to_take[i] for i in _short_stops(cart))
    if not missing:
        return Step(say(cart.packet, "nothing_missing"))
    sku = cart.packet.stops[_short_stops(cart)[0]].sku
    return waiting.ask(cart, seen.code, facts, "short_again", sku=sku, qty=missing, bin=cart.at)


def broken(cart: Cart, seen: SeenCommand, facts: Facts) -> Step:
    """PBBROKEN: as many as were counted, one without a count, once that is confirmed.

    Where several articles lie in the bin, or serial numbers count, the broken one is scanned next.
    """
    stops = cart.packet.stops
    here = _short_stops(cart)
    if not cart.hand and not here:
        return _not_at_bin(cart)
    if not here:
        return Step(say(cart.packet, "nothing_missing"))
    skus = {stops[i].sku for i in cart.queue if stops[i].bin == cart.at}
    if len(skus) > 1 or cargo.needs_serial(cart.packet.items.get(stops[here[0]].sku), stops[here[0]]):
        return Step(say(cart.packet, "broken_which"), (fact.ModeSet("broken"),))
    qty = min(max(cart.count, 1), sum(cart.to_take[i] for i in here))
    return waiting.ask(cart, seen.code, facts, "broken_again", sku=stops[here[0]].sku, qty=qty, bin=cart.at, serial="")


def _not_at_bin(cart: Cart) -> Step:
    if not cart.queue:
        return Step(say(cart.packet, "nothing_missing"))
    return Step(say(cart.packet, "bin_first", bin=cart.packet.stops[cart.queue[0]].bin))


def undo(cart: Cart) -> Step:
    """PBUNDO. Where a found shortage ends what can be undone, the hand is emptied into its bin all the same."""
    if cart.last or not cart.hand:
        return waiting.undo(cart)
    held = cart.hand[-1]
    stop = cart.packet.stops[held.stop]
    back = fact.ItemPutBack(stop.shipment, stop.line, stop.bin, stop.sku, held.qty, held.lot, held.serial)
    return Step(say(cart.packet, "put_back", sku=back.sku, qty=back.qty, bin=back.bin), (back,))


def skip(cart: Cart) -> Step:
    """PBNEXT: this bin comes last; nothing may be in the hand."""
    if cart.hand:
        return Step(say(cart.packet, "tote_first", tote=tote_said(cart)))
    stops = cart.packet.stops
    bins = list(dict.fromkeys(stops[i].bin for i in cart.queue))
    if len(bins) < 2:
        return Step(say(cart.packet, "no_other_bin"))
    return Step(say(cart.packet, "bin_skipped", bin=bins[0], next=bins[1]), (fact.StopSkipped(bins[0]),))


def hold(cart: Cart, seen: SeenCommand, facts: Facts) -> Step:
    """PBHOLD: the shipment at hand is held, once that is confirmed; nothing may be in the hand."""
    if cart.hand:
        return Step(say(cart.packet, "hand_full", tote=tote_said(cart)))
    return waiting.ask(cart, seen.code, facts, "hold_again", job=current(cart))


def leave(cart: Cart) -> Step:
    """PBEXIT: the claim is given back. Shipments with all they need are finished; units no bin has are a case."""
    if cart.hand:
        return Step(say(cart.packet, "hand_full", tote=tote_said(cart)))
    done = _finished(cart)
    lacking = tuple(
        fact.CaseRaised(s, 0, "no_bin") for s in cargo.open_jobs(cart) if cargo.lacking(cart, s) > 0 and not cart.queue
    )
    return Step(say(cart.packet, "job_left"), (*lacking, *done, fact.JobLeft(cart.packet.claim)))


def confirmed(cart: Cart, question: Asked, seen: Seen, facts: Facts) -> Step:
    """The same code came again: do what was asked."""
    values = question.values
    match question.act:
        case "short_again":
            return _finish(cart, Step(say(cart.packet, "short_found", values), _missing(cart, _short_stops(cart))))
        case "broken_again":
            return _finish(cart, Step(say(cart.packet, "broken_found", values), _broken_units(cart, question)))
        case "another_tote":
            tote, mine = str(values["tote"]), cargo.held_for(cart)
            assert mine is not None
            return _placed(cart, tote, (fact.ToteBound(mine, tote),))
        case "hold_again":
            held = fact.JobHeld(str(values["job"]), "bench")
            return _finish(cart, Step(say(cart.packet, "job_held", values), (held,)))
        case _:
            raise ValueError(f"nobody asks {question.act!r} while picking")


def _missing(cart: Cart, here: Sequence[int]) -> tuple[Event, ...]:
    events: list[Event] = []
    for i in here:
        stop = cart.packet.stops[i]
        serials = cargo.serials_left(cart, stop) if cargo.needs_serial(cart.packet.items.get(stop.sku), stop) else ()
        named = serials[: cart.to_take[i]]
        events += [fact.ShortFound(stop.shipment, stop.line, stop.bin, stop.sku, 1, stop.lot, s) for s in named]
        if rest := cart.to_take[i] - len(named):
            events.append(fact.ShortFound(stop.shipment, stop.line, stop.bin, stop.sku, rest, stop.lot))
    return tuple(events)


def _broken_units(cart: Cart, question: Asked) -> tuple[Event, ...]:
    sku, qty, serial = (question.values[name] for name in ("sku", "qty", "serial"))
    stops = cart.packet.stops
    here = cargo.one_target(cart, cargo.stops_here(cart, str(sku)))
    return tuple(
        fact.BrokenFound(stops[i].shipment, stops[i].line, stops[i].bin, stops[i].sku, share, stops[i].lot, str(serial))
        for i, share in cargo.allot(cart, here, min(int(qty), sum(cart.to_take[j] for j in here)))
    )


def fold(cart: Cart, events: Sequence[Event]) -> Cart:
    """The cart after facts that are about to be kept: for looking ahead only, their ids are not made yet."""
    for event in events:
        cart = waiting.evolve(cart, "", event, cargo.apply)
    return cart


def tote_wanted(cart: Cart) -> str:
    """The tote for what is in the hand: its shipment's, else empty: any free one."""
    mine = cargo.held_for(cart)
    bound = cart.totes.get(mine, ()) if mine is not None else ()
    return bound[-1] if bound else ""


def tote_said(cart: Cart) -> object:
    """`tote_wanted` as a message says it."""
    return tote_wanted(cart) or Message("any_free_tote")


def free_tote(cart: Cart) -> str:
    """A tote that nothing known lies in; empty when there is none."""
    bound = {tote for totes in cart.totes.values() for tote in totes}
    return next((t for t in cart.packet.totes.values() if t not in bound and t not in cart.packet.busy), "")


def current(cart: Cart) -> str:
    """The shipment at hand."""
    if cart.queue:
        return cart.packet.stops[cart.queue[0]].shipment
    return next(iter(cargo.open_jobs(cart)), BULK)


def lacking(cart: Cart) -> int:
    return sum(cargo.lacking(cart, s) for s in cargo.open_jobs(cart))
