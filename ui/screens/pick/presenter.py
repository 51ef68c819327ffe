"""Picking, in words: where to walk, what to take, into which tote. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol

from app.floor.messages import text as said
from app.floor.picture.pick import BinPicture, PickPicture, TotePicture, of_pick
from app.floor.workflows.pick import PickState
from app.station.answer import Answer
from ui.context import Context, Words
from ui.effects import Effect, effects
from ui.readiness import zone_of

_AT = {"bin": 0, "item": 1, "tote": 2}
_MARKS = frozenset({"fragile", "liquid", "electronics"})


@dataclass(frozen=True, slots=True)
class Step:
    """`state`: open, current, done."""

    words: str
    state: str = "open"


@dataclass(frozen=True, slots=True)
class NextThing:
    """`big` is a bin or a tote in the largest type, else `title` is the thing."""

    verb: str
    icon: str = "pick"
    big: str = ""
    title: str = ""
    detail: str = ""
    code: str = ""
    picture: str = ""
    done: int = 0
    of: int = 0
    counted: str = ""
    aside: str = ""
    warn: str = ""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """What lies in the bin: `code` with its last four heavy, `take` how many, `mark` what it asks of the hands."""

    title: str = ""
    sku: str = ""
    code: str = ""
    picture: str = ""
    take: str = ""
    mark: str = ""
    lot: str = ""


@dataclass(frozen=True, slots=True)
class Tote:
    """`state`: current, open, full."""

    name: str
    detail: str
    state: str


@dataclass(frozen=True, slots=True)
class Stop:
    """`state`: current, open, done, skipped."""

    aisle: str
    bin: str
    state: str


@dataclass(frozen=True, slots=True)
class PickShown:
    job: str = ""
    chips: tuple[str, ...] = ()
    counted: str = ""
    done: int = 0
    of: int = 0
    next: NextThing = field(default_factory=lambda: NextThing(""))
    item: Item = Item()
    whose: str = ""
    totes: tuple[Tote, ...] = ()
    walk: tuple[Stop, ...] = ()


class View(Protocol):
    def show_(self, shown: PickShown) -> None: ...

    def show_scans(self, scans: tuple[Effect, ...]) -> None: ...


class Presenter:
    def __init__(self, context: Context, view: View) -> None:
        self._context, self._view = context, view
        self._answer: Answer | None = None

    def entered(self, subject: str = "") -> None:
        """Back from elsewhere: as it stood."""
        if self._answer is not None:
            self.answered(self._answer)

    def left(self) -> None:
        """Nothing of it lives on."""

    def heard(self, code: str) -> None:
        self._scans(fresh=False)

    def answered(self, answer: Answer) -> None:
        self._answer = answer
        if isinstance(answer.at, PickState):
            picture = of_pick(answer.at)
            self._view.show_(shown(picture, self._context.words, _warning(picture, answer)))
        self._scans(fresh=True)

    def _scans(self, *, fresh: bool) -> None:
        context = self._context
        self._view.show_scans(effects(context.recent, context.words, zone_of(context.time_zone), fresh=fresh))


def _warning(picture: PickPicture, answer: Answer) -> str:
    """What did not count, until the next scan that does. A question is no warning: it is the next thing."""
    if picture.question is not None and picture.question.id == answer.message:
        return ""
    refused = answer.outcome == "warn" or (answer.outcome == "stop" and answer.state != "stopped")
    return answer.text if refused else ""


def shown(picture: PickPicture, words: Words, warn: str = "") -> PickShown:
    """The whole screen in words."""
    several = picture.shipments != 1
    job = words("screens_pick.jobs", n=picture.shipments) if several else picture.totes[0].shipment or picture.shipment
    chips = [words("screens_pick.stops" if picture.stops != 1 else "screens_pick.stop", n=picture.stops)]
    chips.append(words("screens_pick.units" if picture.of != 1 else "screens_pick.unit", n=picture.of))
    if picture.bulk:
        chips.append(words("screens_pick.one_tote"))
    return PickShown(
        job=job or words("screens_pick.jobs", n=picture.shipments),
        chips=tuple(chips),
        counted=words("screens_pick.counted", done=picture.stops_done, of=picture.stops),
        done=picture.stops_done,
        of=picture.stops,
        next=replace(_next(picture, words), warn=warn),
        item=_item(picture, words),
        whose=picture.shipment if several and not picture.bulk else "",
        totes=tuple(_tote(tote, picture, words) for tote in picture.totes),
        walk=tuple(_stop(bin_, words) for bin_ in picture.walk),
    )


def _next(picture: PickPicture, words: Words) -> NextThing:
    thing = picture.thing
    if picture.question is not None:
        question, _, act = said(picture.question, words.language).partition("? ")
        if not act:
            question, _, act = question.partition(". ")
        drawing = thing.drawing if thing else ""
        asked = f"{question}?" if act and not question.endswith(".") else question
        return NextThing(words("screens_pick.next.answer.verb"), "help", title=asked, detail=act, picture=drawing)
    steps, aside = _steps(picture, words), words("screens_pick.adds", n=picture.count) if picture.count > 1 else ""
    verb = words(f"screens_pick.next.{picture.act}.verb", n=picture.take - picture.in_hand)
    if picture.act == "bin":
        return NextThing(verb, "pin", big=picture.bin, detail=place(picture.bin, words), aside=aside, steps=steps)
    if picture.act == "item" and thing is not None:
        lot = words("screens_pick.lot", lot=picture.lot) if picture.lot else ""
        sku = " · ".join(part for part in (lot, thing.sku) if part)
        code = picture.serials[0] if len(picture.serials) == 1 else thing.code
        return NextThing(
            verb, "scan", title=thing.name, detail=sku, code=code, picture=thing.drawing, done=picture.in_hand,
            of=picture.take, counted=words("screens_pick.in_hand"), aside=aside, steps=steps,
        )  # fmt: skip
    if picture.act == "tote":
        name = thing.name if thing else ""
        held = words("screens_pick.held", n=picture.in_hand, thing=name)
        more = picture.take - picture.in_hand
        left = words("screens_pick.first_more", n=more) if more else ""
        detail = " · ".join(part for part in (held, left) if part)
        if picture.tote:
            return NextThing(verb, "tote", big=picture.tote, detail=detail, aside=aside, steps=steps)
        title = words("screens_pick.next.tote.free")
        drawing = thing.drawing if thing else ""
        return NextThing(verb, "tote", title=title, detail=detail, picture=drawing, aside=aside, steps=steps)
    return NextThing(
        verb,
        "scan",
        title=words(f"screens_pick.next.{picture.act}.title", n=picture.lacking),
        detail=words.if_any(
            f"screens_pick.next.{picture.act}.detail", about=thing.name if thing else "", n=picture.lacking
        ),
        picture=thing.drawing if thing and picture.act in ("hold", "broken") else "",
        aside=aside,
    )


def _steps(picture: PickPicture, words: Words) -> tuple[Step, ...]:
    """Bin, item, tote: the one in hand is current, those before it are done."""
    at = _AT.get(picture.act)
    if at is None:
        return ()
    take = words("screens_pick.step.item" if picture.take != 1 else "screens_pick.step.item_one", n=picture.take)
    into = words("screens_pick.step.tote", tote=picture.tote) if picture.tote else words("screens_pick.step.any_tote")
    told = (words("screens_pick.step.bin"), take, into)
    return tuple(Step(text, "done" if n < at else "current" if n == at else "open") for n, text in enumerate(told))


def place(bin_: str, words: Words) -> str:
    """Where the bin is, as its name says it: C-14-3 is aisle C, bay 14, shelf 3; empty for a name made otherwise."""
    parts = bin_.split("-")
    if len(parts) != 3 or not all(parts):
        return ""
    aisle, bay, shelf = parts
    return words("screens_pick.place", aisle=aisle, bay=bay, shelf=shelf.lstrip("0") or shelf)


def _item(picture: PickPicture, words: Words) -> Item:
    thing = picture.thing
    if thing is None:
        return Item(words("screens_pick.nothing_left"))
    mark = words(f"screens_pick.mark.{thing.handling}") if thing.handling in _MARKS else ""
    lot = words("screens_pick.lot", lot=picture.lot) if picture.lot else ""
    return Item(thing.name, thing.sku, thing.code, thing.drawing, words("screens_pick.take", n=picture.take), mark, lot)


def _tote(tote: TotePicture, picture: PickPicture, words: Words) -> Tote:
    name = tote.totes[-1] if tote.totes else words("screens_pick.no_tote")
    count = words("screens_pick.of", done=tote.done, of=tote.of)
    if tote.standing == "gone":
        return Tote(name, words(f"screens_pick.gone.{tote.why}"), "open")
    if tote.standing == "current":
        count = words("screens_pick.now", count=count)
    return Tote(name, count, tote.standing)


def _stop(bin_: BinPicture, words: Words) -> Stop:
    state = {"here": "current"}.get(bin_.standing, bin_.standing)
    return Stop(words("screens_pick.aisle", aisle=bin_.aisle) if bin_.aisle else "", bin_.bin, state)
