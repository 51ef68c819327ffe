"""The last scans with their effect, in few words, for the tiles that every bench screen has. Plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.base.wording import known
from app.floor.messages import text as said
from app.floor.packet import apart
from app.floor.work import Message
from app.station.answer import Answer
from ui.context import Words
from ui.recent import KEPT, Recent, Scanned


@dataclass(frozen=True, slots=True)
class Effect:
    """`severity`: ok, done, warn, stop, heard or undone. `fresh`: it was kept just now."""

    title: str
    detail: str
    severity: str
    icon: str = ""
    fresh: bool = False


_ICONS = {
    "carton_chosen": "box",
    "carton_known": "box",
    "carton_ask": "box",
    "job_opened": "tote",
    "job_opened_split": "tote",
    "jobs_opened": "tote",
    "bin_reached": "bin",
    "signed_in": "person",
}


def effects(recent: Recent, words: Words, zone: ZoneInfo, most: int = 5, *, fresh: bool = False) -> tuple[Effect, ...]:
    """Newest first. `fresh`: the first was answered just now."""
    shown: list[Effect] = []
    for scanned in recent:
        if len(shown) == most:
            break
        shown.append(_effect(scanned, words.language, zone, fresh and not shown))
    return tuple(shown)


@lru_cache(maxsize=2 * KEPT)
def _effect(scanned: Scanned, language: str, zone: ZoneInfo, fresh: bool) -> Effect:
    """What was kept stays as it was told when the next scan comes."""
    answer, words = scanned.answer, Words(language)
    if answer is None:
        return Effect(scanned.code[:40], words("screens_pack.effect.heard"), "heard")
    severity = "undone" if answer.message == "undone" else answer.outcome
    title, detail = _told(answer, words)
    kept = words("screens_pack.effect.kept") if severity in ("ok", "done") else ""
    when = kept if fresh else scanned.at.astimezone(zone).strftime("%H:%M:%S")
    return Effect(
        title or scanned.code[:40], " · ".join(part for part in (when, detail) if part), severity,
        _ICONS.get(answer.message, ""), fresh,
    )  # fmt: skip


def _told(answer: Answer, words: Words) -> tuple[str, str]:
    """What the scan was about, and what came of it."""
    values, language = answer.values, words.language
    key = f"screens_pack.effect.{answer.message}"
    about = values.get("what")
    if isinstance(about, Message):
        return said(about, language), words(key)
    step = values.get("step")
    title = _name(values) or str(values.get("carton") or values.get("job") or values.get("parcel") or "")
    if isinstance(step, Mapping):
        title = str(step.get(language) or next(iter(step.values()), ""))
    head, _, rest = answer.text.partition(". ")
    first, colon, more = head.partition(": ")
    if known(key):
        flat = {name: value for name, value in values.items() if isinstance(value, str | int)}
        return title or first, words(key, **flat)
    if title and answer.outcome in ("warn", "stop"):
        return title, words("screens_pack.effect.not_counted")
    return (first, more) if colon else (head, rest)


def _name(values: Mapping[str, object]) -> str:
    title, variant = apart(str(values.get("title", "")), str(values.get("variant", "")))
    return ", ".join(part for part in (title, variant) if part)
