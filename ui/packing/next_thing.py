"""The one next thing of packing, in words. Plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.base.wording import FALLBACK
from app.floor.messages import text as said
from app.floor.picture.pack import PackPicture
from app.station.answer import Answer
from ui.context import Words
from ui.leave import leave
from ui.packing.shown import Choice, NextThing

_PIPS = 12
_ICONS = {
    "hold": "hold", "close": "label", "take_out": "take-out", "shift": "shift", "broken": "broken",
    "number": "keyboard", "tote": "tote", "why_reprint": "printer", "why_reopen": "undo", "labelled": "sign-out",
    "unpicked": "sign-out",
}  # fmt: skip
_REASONS = {"why_reprint": ("unreadable", "did_not_come_out", "damaged"), "why_reopen": ("contents", "carton", "label")}
# Acts whose code is on the screen: scanning it there does it. A step's card hangs at the bench and is not among them.
_ON_SCREEN = {"close": ("PBCLOSE", "PBNEXT"), "labelled": ("PBEXIT",), "unpicked": ("PBEXIT",), "hold": ("PBHOLD",)}


def next_thing(picture: PackPicture, words: Words, warn: str = "") -> NextThing:
    """Verb, thing, number."""
    made = _made(picture, words)
    verb = words("screens_pack.adds", verb=made.verb, n=picture.count) if picture.count > 1 else made.verb
    return replace(made, verb=verb, warn=warn)


def badge_next(answer: Answer, words: Words) -> NextThing | None:
    """Somebody else's badge, where it would let be done what was refused."""
    asked = leave(answer, words)
    return NextThing(asked.verb, "person", asked.title, asked.detail, warn=asked.warn) if asked else None


def _made(picture: PackPicture, words: Words) -> NextThing:
    now = picture.next
    verb = words(f"screens_pack.next.{now.act}.verb")
    counted = words("screens_pack.packed")
    if now.act == "item":
        assert now.thing is not None
        left = now.of - now.done
        return NextThing(
            verb, "scan", now.thing.name, now.thing.sku, now.code, now.thing.drawing, now.done, now.of, counted,
            now.of <= _PIPS, words("screens_pack.more", n=left),
        )  # fmt: skip
    if now.act == "answer" and now.question is not None:
        question, _, act = said(now.question, words.language).partition("? ")
        if not act:
            question, _, act = question.partition(". ")
        asked = f"{question}?" if act and not question.endswith(".") else question
        drawing = now.thing.drawing if now.thing else ""
        return NextThing(verb, "help", asked, act, picture=drawing)
    if now.act == "step" and picture.step is not None:
        step = picture.step
        title = by_language(step.title, words)
        about = now.thing.name if now.thing else by_language(step.cards[0].words, words)
        verb = words("screens_pack.next.step.key" if step.key else "screens_pack.next.step.verb")
        return NextThing(verb, step.icon or "hold", title, about, step.code, step.cards[0].drawing)
    if now.act in ("carton", "take_carton") and picture.carton is not None:
        box = picture.carton
        size = words("screens_pack.carton.full", size=_size(box.size), full=box.full)
        return NextThing(verb, "box", box.name, size, box.scan, box.drawing)
    values = {
        "n": picture.number, "jobs": picture.jobs, "to": picture.value, "job": picture.job,
        "about": now.thing.name if now.thing else "",
    }  # fmt: skip
    verb = words(f"screens_pack.next.{now.act}.verb", **values)
    title = words(f"screens_pack.next.{now.act}.title", **values)
    detail = words.if_any(f"screens_pack.next.{now.act}.detail", **values)
    done, of = (picture.done, picture.of) if now.act in ("any_item", "close", "take_out", "shift", "broken") else (0, 0)
    drawing = now.thing.drawing if now.thing else ""
    if now.act == "close" and picture.carton:
        drawing = picture.carton.drawing
    return NextThing(
        verb,
        _ICONS.get(now.act, "scan"),
        title,
        detail,
        picture=drawing,
        done=done,
        of=of,
        counted=counted if of else "",
    )


def choices(picture: PackPicture, words: Words) -> tuple[Choice, ...]:
    """What may be chosen now by scanning it from the screen."""
    act = picture.next.act
    if act in ("carton", "take_carton"):
        return tuple(
            Choice(box.name, words(f"screens_pack.carton.{'share' if box.fits else 'too_small'}", full=box.full),
                   box.scan, box.drawing, best=i == 0)
            for i, box in enumerate(picture.choices)
        )  # fmt: skip
    if act in _REASONS:
        return tuple(
            Choice(words(f"screens_pack.{act}.{reason}"), "", str(n)) for n, reason in enumerate(_REASONS[act], 1)
        )
    if act == "answer":
        no = Choice(words("screens_pack.leave_it"), "", "PBUNDO")
        return (Choice(words("screens_pack.confirm"), "", picture.next.code, best=True), no)
    if act == "step" and picture.step is not None and picture.step.key:
        return (Choice(words("screens_pack.step_done"), "", "PBOK", best=True),)
    return tuple(
        Choice(words(f"screens_pack.command.{code}"), "", code, best=i == 0)
        for i, code in enumerate(_ON_SCREEN.get(act, ()))
    )


def _size(size: tuple[int, int, int]) -> str:
    return " × ".join(str(side) for side in size)


def by_language(texts: Mapping[str, str], words: Words) -> str:
    """The house's own words, in the reader's language or another."""
    return texts.get(words.language) or texts.get(FALLBACK) or next(iter(texts.values()), "")
