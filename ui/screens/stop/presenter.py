"""A stop, in words: what it is, what was scanned beside what was needed, what counts, what to do. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from app.base.wording import known
from app.floor.messages import text as said
from app.floor.picture.stop import of_stop
from app.floor.picture.values import Side, StopPicture
from app.floor.work import Message
from app.station.answer import Answer
from ui.context import Context, Words


@dataclass(frozen=True, slots=True)
class Card:
    """`same` is what both cards say, `differs` what they don't: the largest words. `reason`: where eyes fail."""

    caption: str
    same: str = ""
    differs: str = ""
    code: str = ""
    picture: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StopShown:
    """Two cards where something is compared, else `alone`. `again`: the same scan acknowledges."""

    what: str = ""
    counted: str = ""
    still: str = ""
    mine: Card | None = None
    theirs: Card | None = None
    alone: Card | None = None
    steps: tuple[str, ...] = ()
    to_go_on: str = ""
    act: str = ""
    or_: str = ""
    key: str = "F12"
    seen: str = ""
    or_scan: str = ""
    code: str = "PBOK"


class View(Protocol):
    def show_(self, shown: StopShown) -> None: ...


class Presenter:
    def __init__(self, context: Context, view: View) -> None:
        self._context, self._view = context, view

    def entered(self, subject: str = "") -> None:
        """The answer that brings a stop shows it."""

    def left(self) -> None:
        """Acknowledged: nothing of it is left to be seen."""
        self._view.show_(StopShown())

    def answered(self, answer: Answer) -> None:
        """Shows the stop that waits, if one does."""
        picture = of_stop(answer.at)
        if picture is not None:
            self._view.show_(stop_shown(picture, self._context.words))


def stop_shown(picture: StopPicture, words: Words) -> StopShown:
    own = f"screens_pack.stop.{picture.message.id}"
    values = _values(picture, words.language)
    compared = picture.scanned is not None and picture.needed is not None
    return StopShown(
        what=words(f"{own}.title"),
        counted="" if picture.message.id.startswith("handover") else words("screens_pack.stop.not_counted"),
        still=words("screens_pack.stop.still", done=picture.done, of=picture.of) if picture.of else "",
        mine=_card(picture.scanned, words(f"{own}.mine"), _lone(picture, words, own)) if compared else None,
        theirs=_card(picture.needed, words(f"{own}.theirs")) if compared else None,
        alone=None if compared else _alone(picture, words, words(f"{own}.reason", **values)),
        steps=_steps(picture, words, own, values),
        to_go_on=words("screens_pack.stop.to_go_on"),
        act=words("screens_pack.stop.scan_again" if picture.again else "screens_pack.stop.scan_ok"),
        or_=words("screens_pack.stop.or_"),
        seen=words("screens_pack.stop.seen_it"),
        or_scan=words("screens_pack.stop.or_scan"),
    )


def _steps(picture: StopPicture, words: Words, own: str, values: Mapping[str, object]) -> tuple[str, ...]:
    """First that it was seen, then the goods, then on; nothing to go on with is left out."""
    first = words("screens_pack.stop.again" if picture.again else "screens_pack.stop.seen")
    steps = [first]
    for key in (f"{own}.step2", f"{own}.step3"):
        if "{theirs}" in words(key) and picture.needed is None:
            continue
        if known(key, words.language):
            steps.append(words(key, **values))
    return tuple(steps)


def _card(side: Side | None, caption: str, reason: str = "") -> Card | None:
    return Card(caption, side.same, side.differs, side.code, side.drawing, reason) if side else None


def _lone(picture: StopPicture, words: Words, own: str) -> str:
    """A code that means nothing cannot be compared by looking: the card says so."""
    return words(f"{own}.reason") if picture.message.id == "unknown_code" else ""


def _alone(picture: StopPicture, words: Words, reason: str) -> Card:
    about = picture.about
    if about is None:
        return Card("", reason=reason)
    caption = words("screens_pack.stop.about") if about.drawing or picture.again else ""
    return Card(caption, about.same, about.differs, about.code, about.drawing, reason)


def _values(picture: StopPicture, language: str) -> dict[str, object]:
    """The message's own values as words, and the two names that are compared."""
    found = {name: _flat(value, language) for name, value in picture.message.values.items()}
    for name, side in (("mine", picture.scanned or picture.about), ("theirs", picture.needed)):
        if side is not None:
            found[name] = f"{side.same} {side.differs}".strip()
    if picture.message.id == "wrong_lot" and picture.scanned and picture.needed:
        found["mine"], found["theirs"] = picture.scanned.differs, picture.needed.differs
    if picture.about is not None:
        found["about"] = found["mine"]
    return found


def _flat(value: object, language: str) -> object:
    if isinstance(value, Message):
        return said(value, language)
    if isinstance(value, tuple):
        return ", ".join(str(_flat(part, language)) for part in value)
    return value
