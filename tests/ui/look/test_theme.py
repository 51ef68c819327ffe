"""The tokens become palette, sheet and Look together."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.base.paths import RESOURCES
from tests.ui.look.gallery import PackPage
from ui.look import THEMES, Look, fitted, theme, tokens

TYPES = tuple(tokens()["type"])


@pytest.fixture(autouse=True)
def as_it_was(qapp: QApplication) -> Iterator[None]:
    yield
    theme.apply(qapp, "light", 100, 1366)


@pytest.mark.parametrize("name", THEMES)
def test_the_sheet_leaves_no_token_unfilled(name: str) -> None:
    assert "@" not in theme.sheet(Look(theme=name))


def test_an_unknown_token_in_the_sheet_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched, pytest.raises(KeyError, match="nobody"):
        patched.setattr(theme, "_template", lambda: "QWidget { color: @nobody; }")
        theme.sheet(Look())


def test_the_sheet_names_no_colour_of_its_own() -> None:
    text = (RESOURCES / "look" / "window.qss").read_text("utf-8")
    assert not re.findall(r"#[0-9A-Fa-f]{3,8}\b|rgba?\(", text)


def test_the_palette_follows_the_theme(qapp: QApplication) -> None:
    for name in THEMES:
        theme.apply(qapp, name, 100, 1366)
        assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(tokens()[name]["bg"])
        disabled = qapp.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
        assert disabled == QColor(tokens()[name]["off-ink"])


def test_an_unknown_theme_or_scale_gives_the_nearest_one(qapp: QApplication) -> None:
    theme.apply(qapp, "pink", 900, 3840)
    assert (theme.look().theme, theme.look().scale) == ("light", 200)


@pytest.mark.parametrize(
    ("width", "scale", "density"),
    [
        (1024, 100, "compact"),
        (1199, 100, "compact"),
        (1200, 100, "regular"),
        (1366, 100, "regular"),
        (1599, 100, "regular"),
        (1600, 100, "large"),
        (1920, 100, "large"),
        (1366, 200, "compact"),
        (1920, 200, "compact"),
        (3840, 200, "large"),
    ],
)
def test_the_density_goes_by_width_and_falls_when_the_scale_leaves_too_little(
    width: int, scale: int, density: str
) -> None:
    assert fitted("light", scale, width).density == density


@pytest.mark.parametrize("width", [1024, 1280, 1366, 1600, 1920, 2560, 3840])
@pytest.mark.parametrize("scale", [100, 125, 150, 175, 200])
def test_no_text_is_under_13_and_no_scale_takes_the_least_window_away(width: int, scale: int) -> None:
    one = fitted("light", scale, width)
    assert min(one.text_px(name) for name in TYPES) >= 13
    assert width / one.factor >= 1024
    assert one.font_px(4, 400).pixelSize() == 13


def test_a_larger_scale_never_makes_reading_text_smaller() -> None:
    for width in (1024, 1366, 1920):
        sizes = [fitted("light", scale, width).text_px("body") for scale in range(100, 201, 5)]
        assert sizes == sorted(sizes)


def test_a_new_width_within_a_density_restyles_nothing(qapp: QApplication, qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    before = qapp.styleSheet()
    theme.fit(1400)
    assert theme.look().width == 1400
    assert qapp.styleSheet() is not None
    assert qapp.styleSheet() == before
    theme.fit(1024)
    assert theme.look().density == "compact"
    assert qapp.styleSheet() != before


def test_a_new_theme_reaches_widgets_that_stand(qapp: QApplication, qtbot: QtBot) -> None:
    page = PackPage()
    qtbot.addWidget(page)
    page.resize(1366, 712)
    x, y = page.next.width() // 2, 8
    assert page.next.grab().toImage().pixelColor(x, y) == QColor(tokens()["light"]["next"])
    theme.apply(qapp, "contrast", 100, 1366)
    assert page.next.grab().toImage().pixelColor(x, y) == QColor(tokens()["contrast"]["next"])


def test_widgets_say_their_own_words_in_the_language_in_force(qtbot: QtBot) -> None:
    page = PackPage()
    qtbot.addWidget(page)
    assert "of 4" in page.next.said()
    theme.speak("de")
    try:
        assert "von 4" in page.next.said()
    finally:
        theme.speak("en")
