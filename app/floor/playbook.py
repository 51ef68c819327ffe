"""The packing playbook: which steps a parcel's contents ask for, from `resources/packing/playbook.toml`."""

from __future__ import annotations

import tomllib
from functools import cache

from app.base.paths import RESOURCES
from app.floor.packet import PlaybookStep, StepCard


@cache
def steps() -> tuple[PlaybookStep, ...]:
    """All steps, in the order they are done. Read once; a malformed file fails at start, naming the step."""
    text = (RESOURCES / "packing" / "playbook.toml").read_text("utf-8")
    return tuple(_step(entry) for entry in tomllib.loads(text)["step"])


def _step(entry: dict[str, object]) -> PlaybookStep:
    when = entry.get("when", {})
    try:
        assert isinstance(when, dict)
        return PlaybookStep(
            id=str(entry["id"]),
            code=str(entry["code"]),
            words=dict(entry["words"]),  # type: ignore[call-overload]
            per=str(entry["per"]),
            handling=tuple(when.get("handling", ())),
            tags=tuple(when.get("tags", ())),
            several=bool(when.get("several", False)),
            confirm=str(entry.get("confirm", "scan")),
            title=dict(entry.get("title", {})),  # type: ignore[call-overload]
            icon=str(entry.get("icon", "")),
            cards=tuple(StepCard(card["drawing"], card["words"]) for card in entry.get("cards", ())),  # type: ignore[attr-defined]
        )
    except (KeyError, AssertionError, TypeError) as error:
        raise ValueError(f"playbook.toml: step {entry.get('id')!r}: {error!r}") from error
