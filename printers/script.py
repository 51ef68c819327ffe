"""What the letters of a text are: their script, the direction they run in, what may break a line. Pure."""

import functools
import unicodedata
from dataclasses import dataclass

from bidi import algorithm  # type: ignore[import-untyped]

_FAR_EAST = ("CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "BOPOMOFO", "FULLWIDTH", "HALFWIDTH")
_EMBEDDINGS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_CLASSES = frozenset({"L", "R", "AL", "EN", "ES", "ET", "AN", "CS", "NSM", "WS", "ON"})
# Signs that end a phrase and so can't begin a line (a short kinsoku list: JIS X 4051).
_NEVER_FIRST = frozenset("、。，．・：；？！）〕］｝〉》」』】々ー〜%‰℃,.;:!?)]}")


@functools.lru_cache(maxsize=4096)
def script_of(char: str) -> str:
    """The script's plain name as Unicode says it ("Greek", "Thai", "Han", "Kana", "Hangul"), or "symbol"."""
    if not unicodedata.category(char).startswith("L"):
        return "symbol"
    word = unicodedata.name(char, "unassigned").split()[0]
    if word in ("HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"):
        return "Kana"
    return "Han" if word in _FAR_EAST else word.capitalize()


def is_invisible(char: str) -> bool:
    """Format characters, joiners and variation selectors: they steer shaping and need no glyph."""
    return unicodedata.category(char) == "Cf" or "\ufe00" <= char <= "\ufe0f"


def is_pictogram(char: str) -> bool:
    """Emoji and their like: they carry nothing that a parcel needs, and may be left out where no font has them."""
    return unicodedata.category(char) in ("So", "Sk")


def is_far_eastern(char: str) -> bool:
    """A line may break on either side of it, as Chinese and Japanese do."""
    return char >= "\u2e80" and script_of(char) in ("Han", "Kana")


def clean(text: str) -> str:
    """The text as paper takes it: composed, line ends as `\\n`, no control characters, no overrides of direction."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = []
    for char in unicodedata.normalize("NFC", text):
        category = unicodedata.category(char)
        if char in "\n\u2028\u2029\x85":
            kept.append("\n")
        elif category == "Cc":
            kept.append(" ")
        elif category == "Cs":  # half a character: there is nothing to print
            kept.append("\ufffd")
        elif char not in _EMBEDDINGS and char != "\ufeff":
            kept.append(char)
    return "".join(kept)


def starts_right_to_left(text: str) -> bool | None:
    """Whether the first strong letter runs right to left; None when there is none."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in ("R", "AL"):
            return True
        if kind == "L":
            return False
    return None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring characters of one direction; stretches come in the order the eye meets them, left to right."""

    text: str
    right_to_left: bool


def visual_stretches(line: str, right_to_left: bool) -> tuple[Stretch, ...]:
    """One line cut by direction (Unicode bidirectional algorithm, rule L2), each stretch still in reading order."""
    if not right_to_left and not any(unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in line):
        return (Stretch(line, right_to_left=False),) if line else ()
    levels = _levels(line, int(right_to_left))
    runs: list[tuple[int, str]] = []
    for char, level in zip(line, levels, strict=True):
        if runs and runs[-1][0] == level:
            runs[-1] = (level, runs[-1][1] + char)
        else:
            runs.append((level, char))
    for level in range(
        max(levels, default=0), 0, -1
    ):  # L2: from the highest level down, reverse what stands at it or above
        start = 0
        while start < len(runs):
            stop = start
            while stop < len(runs) and runs[stop][0] >= level:
                stop += 1
            runs[start:stop] = reversed(runs[start:stop])
            start = max(stop, start + 1)
    return tuple(Stretch(text, right_to_left=level % 2 == 1) for level, text in runs)


def pieces(paragraph: str) -> tuple[str, ...]:
    """The paragraph cut where a line may break; a blank stays at the end of its piece."""
    cut: list[str] = []
    current = ""
    for char in paragraph:
        last = current[-1:]
        breaks = (last == " " and char != " ") or (
            (is_far_eastern(char) or (last != "" and is_far_eastern(last))) and char != " " and char not in _NEVER_FIRST
        )
        if current and breaks:
            cut.append(current)
            current = ""
        current += char
    return (*cut, current) if current else tuple(cut)


def _levels(line: str, base: int) -> list[int]:
    """Embedding level of each character; joiners and marks without a direction take their neighbour's."""
    storage = algorithm.get_empty_storage()
    storage["base_level"] = base
    storage["base_dir"] = "R" if base else "L"
    directed = [c for c in line if unicodedata.bidirectional(c) != "BN"]
    # What has no class of its own (an unassigned character, a stray separator) counts as a plain sign.
    directed = [c if unicodedata.bidirectional(c) in _CLASSES else "!" for c in directed]
    algorithm.get_embedding_levels(directed, storage)
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    algorithm.resolve_neutral_types(storage, debug=False)
    algorithm.resolve_implicit_levels(storage, debug=False)
    found = iter(storage["chars"])
    levels: list[int] = []
    for char in line:
        if unicodedata.bidirectional(char) == "BN":
            levels.append(levels[-1] if levels else base)
        else:
            levels.append(int(next(found)["level"]))
    for index in range(len(line) - 1, -1, -1):  # L1: blanks at the end of a line stand at its base
        if line[index] != " ":
            break
        levels[index] = base
    return levels
