"""What picking and packing share: stops and questions that wait, modes, news of the order, and undo.

A *stop* answers every scan until it is acknowledged; a *question* is confirmed by the same code, and any other scan
drops it and works as usual. Both want a second or more (`confirm_after_s`) after they were shown, so that a double read
or a scan still in the queue confirms nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import blake2s
from typing import TypeVar

from app.floor import facts as fact
from app.floor.facts import Asked, Event, StopShown, Undone
from app.floor.packet import Packet, apart
from app.floor.resolve import Index
from app.floor.work import (
    Facts,
    Message,
    Print,
    Seen,
    SeenAmbiguous,
    SeenCommand,
    SeenItem,
    SeenUnknown,
    SeenUnreadable,
    Step,
)

# A clock set back further than this would leave a stop unanswerable: it is shown again, at the new time.
CLOCK_JUMP = timedelta(seconds=60)
_NEWS = {"cancelled": "order_cancelled", "held": "order_held", "taken_over": "taken_over"}
# Facts that change nothing one could take back.
PASSING = (
    fact.StopShown, fact.StopCleared, fact.Asked, fact.Answered, fact.CaseRaised, fact.Approved, fact.PinFailed,
)  # fmt: skip
# Undo ends at these: papers are out, others were told, or the job is no longer ours.
FINAL = (
    fact.PickFinished, fact.PackFinished, fact.ShortFound, fact.BrokenFound, fact.ParcelClosed, fact.LabelConfirmed,
    fact.LabelReprinted, fact.LabelRecreated, fact.ParcelReopened, fact.JobHeld, fact.JobDropped, fact.JobLeft,
    fact.ItemPutBack,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Last:
    """The last fact that undo can take back, and the work as it was before: earlier states share their parts."""

    op_id: str
    event: Event
    before: Work


@dataclass(frozen=True, slots=True)
class Work:
    """What every job on a bench has. `count` 0: each scan is one; `counting`: a number is awaited."""

    packet: Packet = field(repr=False)
    index: Index = field(repr=False, compare=False)
    stop: StopShown | None = None
    question: Asked | None = None
    mode: str = ""
    value: str = ""
    count: int = 0
    counting: bool = False
    left: bool = False
    last: Last | None = field(default=None, repr=False, compare=False)


W = TypeVar("W", bound=Work)
Values = Mapping[str, str | int]


def say(packet: Packet, message: str, values: Values | None = None, **more: object) -> Message:
    """The message with the ids' own words: `sku` brings `title` and `variant`, `want` those of what is wanted.

    `goods`, a line "units SKU" for each article, becomes their list. A wrong item is told with its variant, and with
    what is wanted instead, if anything is: sisters bear the same title.
    """
    said: dict[str, object] = {**(values or {}), **more}
    if "goods" in said:
        lines = (line.partition(" ") for line in str(said["goods"]).splitlines())
        said["goods"] = tuple(say(packet, "some_of", n=units, sku=sku) for units, _, sku in lines)
    for key, prefix in (("sku", ""), ("want", "want_")):
        item = packet.items.get(str(said.get(key, "")))
        if item:
            said.setdefault(f"{prefix}title", item.title)
            said.setdefault(f"{prefix}variant", item.variant)
        elif said.get(key):
            said.setdefault(f"{prefix}title", said[key])
    if message == "wrong_item":
        said["name"] = _name(said, "")
        said["instead"] = Message("wanted_instead", {"name": _name(said, "want_")}) if said.get("want") else ""
    return Message(message, said)


def _name(said: Mapping[str, object], prefix: str) -> str:
    parts = apart(str(said.get(f"{prefix}title", "")), str(said.get(f"{prefix}variant", "")))
    return ", ".join(part for part in parts if part)


def stop(
    work: Work, seen: Seen, facts: Facts, message: str, before: tuple[Event, ...] = (), **values: str | int
) -> Step:
    """Show a stop; nothing else counts until it is acknowledged.

    What is said of an article that is not in the packet is kept with it: after a restart it is still known by its name.
    """
    if isinstance(seen, SeenItem) and seen.title and values.get("sku") == seen.sku not in work.packet.items:
        values = {**values, "title": seen.title, "variant": seen.variant}
    shown = StopShown(message, seen.code, facts.at, values)
    return Step(say(work.packet, message, values), (*before, shown))


def ask(work: Work, code: str, facts: Facts, message: str, **values: str | int) -> Step:
    """Ask; the same code again, a second or more later, says yes."""
    return Step(say(work.packet, message, values), (Asked(message, code, facts.at, values),))


def stopped(work: Work, seen: Seen, facts: Facts) -> Step:
    """The answer while a stop waits."""
    shown = work.stop
    assert shown is not None
    since = facts.now - _time(shown.at)
    again = say(work.packet, shown.message, shown.values)
    if since < -CLOCK_JUMP:
        return Step(again, (StopShown(shown.message, shown.code, facts.at, shown.values),))
    acknowledges = same_code(seen.code, shown.code) or (isinstance(seen, SeenCommand) and seen.command == "ok")
    if acknowledges and since.total_seconds() >= facts.confirm_after_s:
        return Step(say(work.packet, "stop_cleared"), (fact.StopCleared(facts.at),))
    return Step(again)


def asking(
    work: W,
    seen: Seen,
    facts: Facts,
    yes: Callable[[W, Asked, Seen, Facts], Step],
    otherwise: Callable[[W, Seen, Facts], Step],
) -> Step:
    """The answer while a question waits: `yes` when it is confirmed, else dropped and `otherwise`."""
    question = work.question
    assert question is not None
    calm = replace(work, question=None)
    if _confirms(question, seen):
        since = facts.now - _time(question.at)
        if since < -CLOCK_JUMP:
            return ask(work, question.code, facts, question.act, **question.values)
        if since.total_seconds() < facts.confirm_after_s:
            return Step(say(work.packet, question.act, question.values))
        return _first(yes(calm, question, seen, facts), fact.Answered(True, facts.at))
    dropped = fact.Answered(False, facts.at)
    if isinstance(seen, SeenCommand) and seen.command in ("undo", "ok"):
        return Step(say(work.packet, "question_dropped"), (dropped,))
    return _first(otherwise(calm, seen, facts), dropped)


def _confirms(question: Asked, seen: Seen) -> bool:
    """The same code again; of something broken also the thing itself, or PBBROKEN, whichever came first."""
    if seen.code == question.code:
        return True
    if question.act != "broken_again":
        return False
    if isinstance(seen, SeenCommand):
        return seen.command == "broken"
    named = isinstance(seen, SeenItem) and seen.units == 1 and seen.sku == question.values["sku"]
    return named and question.values.get("serial", "") in ("", getattr(seen, "serial", ""))


def _first(step: Step, event: Event) -> Step:
    return replace(step, events=(event, *step.events))


def bad_news(work: Work, seen: Seen, facts: Facts, shipments: Iterable[str]) -> Step | None:
    """The stop for the first of these shipments that is no longer ours to work on."""
    if not facts.news:
        return None
    for shipment in shipments:
        news = facts.news.get(shipment)
        if news and news.state in _NEWS:
            dropped: list[Event] = [fact.Answered(False, facts.at)] if work.question else []
            dropped.append(fact.JobDropped(shipment, news.state))
            return stop(work, seen, facts, _NEWS[news.state], tuple(dropped), job=shipment)
    return None


def undo(work: Work) -> Step:
    """Take back the last scan: one compensating fact for each of its facts, the last first."""
    if work.last is None:
        return Step(say(work.packet, "nothing_to_undo"))
    events: list[Event] = []
    last: Last | None = work.last
    first = work.last.event
    while last:
        events.append(Undone(last.op_id))
        first = last.event
        last = last.before.last if getattr(last.event, "same_scan", False) else None
    values = {name: getattr(first, name) for name in ("sku", "qty") if hasattr(first, name)}
    what = say(work.packet, f"undone_{type(first).__name__}", values)
    return Step(say(work.packet, "undone", what=what), tuple(events))


def count(work: Work) -> Step:
    """PBCOUNT: the next number says how many the next scan adds."""
    return Step(say(work.packet, "count_ask"), (fact.ModeSet("count"),))


def counted(work: Work, number: int) -> Step:
    """The number after PBCOUNT."""
    if not work.counting:
        return Step(say(work.packet, "number_unasked"))
    if number < 1:
        return Step(say(work.packet, "count_zero"))
    return Step(say(work.packet, "count_set", n=number), (fact.ModeSet("count", str(number)),))


def spent(work: Work) -> tuple[Event, ...]:
    """What a refused count leaves behind: the next scan counts as one again."""
    return (fact.ModeSet("count", "0"),) if work.count else ()


def puzzled(work: Work, seen: SeenAmbiguous | SeenUnknown | SeenUnreadable, facts: Facts, *, in_hand: bool) -> Step:
    """A code that names nothing, or too much. `in_hand`: it may be goods, so it must not go unnoticed."""
    if isinstance(seen, SeenUnreadable):
        return Step(say(work.packet, "unreadable", reason=Message(f"unreadable_{seen.reason}")))
    if isinstance(seen, SeenAmbiguous):
        return Step(say(work.packet, "ambiguous", code=seen.code, candidates=", ".join(seen.candidates)))
    if in_hand:
        # Nobody knows what the code says: a letter's or a card's may name a person, and facts are kept for ever.
        told = StopShown("unknown_code", masked(seen.code, facts.at), facts.at, {"code": f"…{seen.code[-4:]}"})
        return Step(say(work.packet, "unknown_code", code=seen.code[:64]), (told,))
    return Step(say(work.packet, "unknown_ignored", code=seen.code[:64]))


def masked(code: str, salt: str) -> str:
    """Enough of a code to know it again, not enough to read it."""
    return f"~{salt}~{blake2s(f'{salt} {code}'.encode(), digest_size=8).hexdigest()}"


def same_code(code: str, shown: str) -> bool:
    """Whether this is the code that was shown, in clear or masked."""
    return code == shown or (shown.startswith("~") and masked(code, shown.split("~")[1]) == shown)


def evolve(work: W, op_id: str, event: Event, apply: Callable[[W, Event], W]) -> W:
    """The work after `event`; ValueError when it doesn't fit (`apply` does what is the workflow's own)."""
    if work.stop and not isinstance(event, fact.StopCleared | fact.StopShown):
        raise ValueError(f"{type(event).__name__} while the stop {work.stop.message!r} waits")
    if work.left:
        raise ValueError(f"{type(event).__name__} after the job was left")
    if isinstance(event, fact.Approved):
        return apply(work, event)
    if isinstance(event, PASSING):
        return _passing(work, event)
    if work.question:
        raise ValueError(f"{type(event).__name__} while the question {work.question.act!r} waits")
    if isinstance(event, Undone):
        if work.last is None or work.last.op_id != event.of:
            raise ValueError(f"Undone of {event.of!r}, which is not the last fact that can be undone")
        return work.last.before  # type: ignore[return-value]  # a Last is made of the same kind of work, below
    if isinstance(event, fact.ModeSet):
        after = _mode(work, event)
    elif isinstance(event, fact.JobLeft):
        after = replace(work, left=True)
    else:
        after = apply(work, event)
        if after.mode or after.count or after.counting:
            after = replace(after, mode="", value="", count=0, counting=False)
    return replace(after, last=None if isinstance(event, FINAL) else Last(op_id, event, work))


def _mode(work: W, event: fact.ModeSet) -> W:
    if event.mode != "count":
        return replace(work, mode=event.mode, value=event.value, counting=False)
    if not event.value:
        return replace(work, counting=True)
    return replace(work, counting=False, count=int(event.value))


def _passing(work: W, event: Event) -> W:
    match event:
        case fact.StopShown():
            if work.question:
                raise ValueError("a stop is shown while a question waits")
            return replace(work, stop=event)
        case fact.StopCleared():
            if not work.stop:
                raise ValueError("StopCleared, but no stop waits")
            return replace(work, stop=None)
        case fact.Asked():
            return replace(work, question=event)
        case fact.Answered():
            if not work.question:
                raise ValueError("Answered, but no question waits")
            return replace(work, question=None)
        case _:
            return work


def label_print(shipment: str, subject: str, issue: int, copy: int, reason: str = "") -> Print:
    return Print("parcel_label", subject, issue, copy, shipment, reason)


def _time(at: str) -> datetime:
    return datetime.fromisoformat(at)
