"""Answers: JSON alone on stdout for machines, plain lines for people; progress and errors on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.base.errors import PackbenchError
from app.base.wording import known, word


@dataclass(frozen=True, slots=True)
class Output:
    as_json: bool

    def answer(self, value: Mapping[str, Any]) -> None:
        """One answer to one command."""
        if self.as_json:
            sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
        else:
            sys.stdout.write("\n".join(_lines(value, 0)) + "\n")
        sys.stdout.flush()

    def progress(self, what: str) -> Callable[[int, int], None] | None:
        """A bar with rate and time left at a terminal, lines of JSON on stderr for a machine, else None."""
        if sys.stderr.isatty():
            return _bar(what)
        return _lines_of_progress() if self.as_json else None


def fail(out: Output, error: PackbenchError, language: str = "en") -> int:
    """Says in words what went wrong; with --json as an object with its kind. Exit code 1."""
    key = f"error.{error.kind}"
    text = word(key, language, **error.values) if known(key) else str(error)
    if out.as_json:
        out.answer({"error": error.kind, "text": text})
    else:
        sys.stderr.write(text + "\n")
    return 1


def _bar(what: str) -> Callable[[int, int], None]:
    from time import monotonic

    started = last = monotonic()

    def show(done: int, total: int) -> None:
        nonlocal last
        now = monotonic()
        if now - last < 0.1 and done < total:
            return
        last = now
        rate = done / max(now - started, 0.001)
        left = (total - done) / rate if rate and total else 0
        share = min(1.0, done / total) if total else 0
        drawn = "█" * int(share * 30)
        text = word(
            "cli.progress",
            what=what,
            bar=f"{drawn:<30}",
            percent=f"{share:4.0%}",
            rate=f"{rate:,.0f}",
            left=f"{left:.0f}",
        )
        sys.stderr.write("\r" + text + ("\n" if done >= total else ""))
        sys.stderr.flush()

    return show


def _lines_of_progress() -> Callable[[int, int], None]:
    """`{"done": 400, "total": 1200}` a line: how the window follows work that it had done in a process of its own."""
    from time import monotonic

    last = 0.0

    def show(done: int, total: int) -> None:
        nonlocal last
        now = monotonic()
        if now - last >= 0.1 or done >= total:
            last = now
            sys.stderr.write(json.dumps({"done": done, "total": total}) + "\n")
            sys.stderr.flush()

    return show


def _lines(value: Any, depth: int) -> list[str]:
    """Nested values as indented lines; a list of flat rows as one line each."""
    pad = "  " * depth
    if isinstance(value, Mapping):
        lines: list[str] = []
        for name, inner in value.items():
            if _flat(inner):
                lines.append(f"{pad}{name}: {_plain(inner)}")
            else:
                lines += [f"{pad}{name}:", *_lines(inner, depth + 1)]
        return lines
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [line for item in value for line in _item(item, depth)]
    return [f"{pad}{_plain(value)}"]


def _item(item: Any, depth: int) -> list[str]:
    pad = "  " * depth
    if isinstance(item, Mapping) and all(_flat(v) for v in item.values()):
        return [pad + "- " + "  ".join(f"{k}={_plain(v)}" for k, v in item.items() if v not in (None, "", [], {}))]
    if _flat(item):
        return [f"{pad}- {_plain(item)}"]
    inner = _lines(item, depth + 1)
    return [pad + "- " + inner[0].lstrip(), *inner[1:]]


def _flat(value: Any) -> bool:
    if isinstance(value, Mapping):
        return not value
    return (
        isinstance(value, str)
        or not isinstance(value, Sequence)
        or all(isinstance(v, str | int | float) for v in value)
    )


def _plain(value: Any) -> str:
    if value is None or (isinstance(value, Mapping | Sequence) and not value):
        return "–"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(str(v) for v in value)
    return str(value)
