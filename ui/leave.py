"""What was refused, and that somebody else's badge lets it be done: then the badge is the next thing. Plain Python."""

from __future__ import annotations

from dataclasses import dataclass

from app.station.answer import Answer
from ui.context import Words


@dataclass(frozen=True, slots=True)
class Leave:
    """`verb` and `title` are the next thing (`whole`: in one), `detail` what comes of it, `warn` what was refused."""

    whole: str
    verb: str
    title: str
    detail: str
    warn: str


def leave(answer: Answer | None, words: Words) -> Leave | None:
    """None: nothing of the kind is waited for."""
    if answer is None or not answer.approval:
        return None
    said = {name: words(f"shell.leave.{answer.approval}.{name}") for name in ("whole", "verb", "title", "detail")}
    refused = answer.text.removesuffix(words(f"station.approve.{answer.approval}")).strip()
    return Leave(**said, warn=refused)
