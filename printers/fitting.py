"""How a text fills its box: wrapped where lines may break, shrunk where it must be, never cut in silence. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from printers.errors import TextTooLong
from printers.label import LINE_PITCH, Text
from printers.script import clean, pieces, starts_right_to_left

_STEP = 0.94  # one shrinking step: fine enough that nobody sees which was taken
_UNWRAPPED = 0.72  # of the size: how far a text shrinks to keep its lines whole
_UNBROKEN = 0.6  # of the size: how far to keep its words whole
_LONGEST = 8000  # characters; more than the smallest letters on the largest label
Advance = Callable[[str], float]
"""Length of a text in ems of its font."""
Means = Literal["shrink", "wrap", "break"]


@dataclass(frozen=True, slots=True)
class FittedLine:
    text: str
    right_to_left: bool


@dataclass(frozen=True, slots=True)
class Fitted:
    """The lines as they will stand, and their size in mm. `cut`: an ellipsis replaces the rest."""

    size: float
    lines: tuple[FittedLine, ...]
    right_to_left: bool
    cut: bool = False


def fit(text: Text, advance: Advance) -> Fitted:
    """The text in its box, as large as reads well. Raises TextTooLong when it doesn't fit and may not be cut.

    Somewhat smaller is better than wrapping a line, wrapping better than small print, small print better than a
    broken word, and a broken word better than print that needs a magnifying glass.
    """
    cleaned = clean(text.text[: _LONGEST + 1]).strip("\n")
    direction = bool(starts_right_to_left(cleaned))
    paragraphs = [p.strip(" ") for p in cleaned.split("\n")]
    for size, means in _attempts(text) if len(text.text) <= _LONGEST else ():
        lines = _wrap(paragraphs, text.width / size, advance, means)
        if lines is not None and len(lines) <= _room(text, size):
            return Fitted(size, _with_direction(lines, direction), direction)
    if text.overflow == "refuse":
        raise TextTooLong(
            text.name,
            expected=f"text that fits {text.width:g} × {text.box_height:g} mm at {text.min_size:g} mm",
            got=f"{len(text.text)} characters in {len(paragraphs)} lines",
        )
    size = min(text.size, text.min_size)
    lines = _wrap(paragraphs, text.width / size, advance, "break") or []
    kept = lines[: max(1, _room(text, size))]
    kept[-1:] = [_with_ellipsis(line, text.width / size, advance) for line in kept[-1:]]
    return Fitted(size, _with_direction(kept, direction), direction, cut=True)


def _attempts(text: Text) -> Iterator[tuple[float, Means]]:
    """Sizes and means from the best to the last."""
    for size in _sizes(text.size, max(text.min_size, text.size * _UNWRAPPED)):
        yield size, "shrink"
    for size in _sizes(text.size, max(text.min_size, text.size * _UNBROKEN)):
        yield size, "wrap"
    for size in _sizes(text.size * _UNBROKEN, text.min_size):
        yield size, "wrap"
        yield size, "break"


def _sizes(largest: float, smallest: float) -> Iterator[float]:
    size = largest
    while size > smallest:
        yield size
        size *= _STEP
    yield smallest


def _room(text: Text, size: float) -> int:
    """Lines that the box holds: a whole number of pitches, the last one without the gap below it."""
    by_height = int((text.box_height / size - 1.0) / LINE_PITCH + 1e-6) + 1
    return min(text.max_lines, by_height)


def _wrap(paragraphs: list[str], width: float, advance: Advance, means: Means) -> list[str] | None:
    """Lines no longer than `width` ems, or None when these means don't suffice."""
    lines: list[str] = []
    for paragraph in paragraphs:
        line, used = "", 0.0
        for piece in pieces(paragraph):
            bare, whole = advance(piece.rstrip(" ")), advance(piece)
            if line and used + bare > width:
                if means == "shrink":
                    return None
                lines.append(line)
                line, used = "", 0.0
            if bare > width:
                if means != "break":
                    return None
                *full, last = _broken(piece, width, advance)
                lines.extend(full)
                line, used = last, advance(last)
                continue
            line, used = line + piece, used + whole
        lines.append(line)
    return [line.rstrip(" ") for line in lines]


def _broken(word: str, width: float, advance: Advance) -> list[str]:
    parts, part = [], ""
    for char in word:
        if part and advance(part + char) > width:
            parts.append(part)
            part = ""
        part += char
    return [*parts, part]


def _with_ellipsis(line: str, width: float, advance: Advance) -> str:
    while line and advance(line + "…") > width:
        line = line[:-1]
    return line.rstrip(" ") + "…"


def _with_direction(lines: list[str], default: bool) -> tuple[FittedLine, ...]:
    """Each line runs as its own first strong letter does, so that a Latin line in an Arabic address reads right."""
    fitted = []
    for line in lines:
        own = starts_right_to_left(line)
        fitted.append(FittedLine(line, default if own is None else own))
    return tuple(fitted)
