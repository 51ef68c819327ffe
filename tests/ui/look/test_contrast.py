"""Every pair of colours that the window puts on each other, computed from the one file of tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from ui.look import THEMES, tokens

TEXT, FAR, EDGE = 4.5, 7.0, 3.0
SEVERITY = ("ok", "done", "warn", "stop")


def luminance(value: str) -> float:
    parts = [int(value[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def pairs() -> Iterator[tuple[str, str, float]]:
    """(what is drawn, on what, the least contrast)."""
    for ground in ("bg", "surface", "surface-2", "next-tint"):
        yield from ((ink, ground, TEXT) for ink in ("ink", "ink-2"))
    yield from ((ink, ground, TEXT) for ink in ("ink-3", "off-ink") for ground in ("bg", "surface", "surface-2"))
    yield from ((ink, "bar", TEXT) for ink in ("on-bar", "on-bar-2"))
    yield "on-bar", "avatar", TEXT
    yield from ((ink, "next", FAR) for ink in ("on-next", "on-next-2"))
    yield "next", "on-next", FAR  # the current step, white in the block
    yield from (("next-text", ground, TEXT) for ground in ("surface", "surface-2", "next-tint", "bg"))
    yield "on-stop", "stop", FAR
    yield "on-stop", "stop-deep", FAR
    yield "on-stop-2", "stop", TEXT
    yield "on-warn", "warn", TEXT
    yield from ((f"on-{kind}", kind, TEXT) for kind in ("ok", "done"))
    for kind in SEVERITY:
        yield f"{kind}-text", f"{kind}-tint", TEXT
        yield f"{kind}-text", "surface", TEXT
        # Words of a tile stand in ink on its tint; a shape's sign is cut out of it.
        yield "ink", f"{kind}-tint", TEXT
        yield "ink-2", f"{kind}-tint", TEXT
        yield f"{kind}-tint", f"{kind}-text", EDGE
    yield from ((kind, "surface", EDGE) for kind in ("ok", "done"))
    yield "cut", "ok", EDGE
    yield "cut", "ok-text", EDGE
    yield "cut", "done", EDGE
    yield from (("edge", ground, EDGE) for ground in ("surface", "bg"))
    yield "next-edge", "bg", EDGE
    yield "next-rim", "next", EDGE
    yield from (("focus", ground, EDGE) for ground in ("bg", "surface"))


@pytest.mark.parametrize("theme", THEMES)
def test_every_pair_of_colours_can_be_told_apart(theme: str) -> None:
    colours = tokens()[theme]
    weak = [
        f"{drawn} on {ground}: {contrast(colours[drawn], colours[ground]):.2f}, needs {least}"
        for drawn, ground, least in pairs()
        if contrast(colours[drawn], colours[ground]) < least
    ]
    assert not weak, "\n".join(weak)


def test_words_under_a_barcode_can_be_read_on_white_in_every_theme() -> None:
    assert all(contrast(tokens()[theme]["on-paper"], "#FFFFFF") >= FAR for theme in THEMES)


def test_every_theme_has_the_same_colours() -> None:
    light, dark, high = (set(tokens()[theme]) for theme in THEMES)
    assert light == dark == high


def test_every_colour_is_written_in_full() -> None:
    wrong = [(t, k, v) for t in THEMES for k, v in tokens()[t].items() if not re.fullmatch(r"#[0-9A-F]{6}", v)]
    assert not wrong


@pytest.mark.parametrize("theme", THEMES)
def test_what_cannot_be_done_now_is_told_from_what_can(theme: str) -> None:
    colours = tokens()[theme]
    assert contrast(colours["ink"], colours["off-ink"]) >= 2
    assert contrast(colours["edge"], colours["off-line"]) >= 2
