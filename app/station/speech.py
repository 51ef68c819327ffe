"""What a bench says outside a job: signing in, opening work, and what the disk or the shared database refuses.

Within a job the workflows' own table speaks (`app.floor.messages`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.base.errors import PackbenchError
from app.base.wording import known, word
from app.floor import messages
from app.floor.work import Message

# id → (outcome, sound); the words stand under `station.says`.
OWN: Mapping[str, tuple[str, str]] = {
    "signed_in": ("done", "done"),
    "signed_in_doubt": ("warn", "warn"),
    "signed_out": ("ok", "ok"),
    "no_badges": ("warn", "warn"),
    "pin_wanted": ("ok", "ok"),
    "wrong_pin": ("warn", "warn"),
    "wrong_pin_wait": ("warn", "warn"),
    "pin_wait": ("warn", "warn"),
    "pin_missing": ("warn", "warn"),
    "locked": ("warn", "warn"),
    "locked_now": ("ok", "ok"),
    "sign_in_first": ("warn", "warn"),
    "unknown_badge": ("warn", "warn"),
    "idle_help": ("ok", "ok"),
    "nothing_open": ("warn", "warn"),
    "bench_fault": ("stop", "stop"),
    "work_refused": ("warn", "warn"),
    "other_job_first": ("warn", "warn"),
    "other_label_first": ("warn", "warn"),
    "label_not_current": ("warn", "warn"),
    "not_kept": ("stop", "stop"),
    "journal_copied": ("stop", "stop"),
}
# What was refused so may be done after all: the act that whoever lends a badge must be allowed. All else that a bench
# refuses stays refused: cancelled and held orders, restricted goods, contents not verified, wrong lots, other doors.
# FORCE wants no badge but the number of a reason, from whoever lent theirs just before.
FORCE = "floor.force"
APPROVED_BY: Mapping[str, str] = {
    "news_too_old": "floor.override",
    "claimed_elsewhere": "floor.takeover",
    "claimed_silent": "floor.takeover",
    "station_heard": FORCE,
}


@dataclass(frozen=True, slots=True)
class Said:
    """`values` are what the words were made with, for screens that say it in other words. `approval`: see above."""

    outcome: str
    message: str
    text: str
    sound: str
    values: Mapping[str, object] = field(default_factory=dict)
    approval: str = ""


def said(message: Message, language: str) -> Said:
    """The message's outcome and sound, and its words in that language."""
    if message.id in OWN:
        outcome, sound = OWN[message.id]
        text = word(f"station.says.{message.id}", language, **message.values)
        return Said(outcome, message.id, text, sound, message.values)
    spoken = messages.MESSAGES[message.id]
    text, approval = _approvable(message.id, messages.text(message, language), language)
    return Said(spoken.severity, message.id, text, spoken.sound, message.values, approval)


def refused(error: PackbenchError, language: str) -> Said:
    """A refusal by its own kind, with the words that the command line has for it."""
    outcome, sound = OWN["work_refused"]
    key = f"error.{error.kind}"
    text = word(key, language, **error.values) if known(key) else str(error)
    text, approval = _approvable(error.kind, text, language)
    return Said(outcome, error.kind, text, sound, approval=approval)


def _approvable(message: str, text: str, language: str) -> tuple[str, str]:
    """The words with how it can be done after all, and the act that has to be allowed for that."""
    act = APPROVED_BY.get(message, "")
    return (f"{text.rstrip('.')}. {word(f'station.approve.{act}', language)}" if act else text), act
