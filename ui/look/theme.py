"""The theme in force: tokens become one QPalette, one style sheet and one frozen Look, replaced together.

Widgets hear of a new one through the style change that Qt sends to all of them.
"""

from __future__ import annotations

import re
from dataclasses import replace

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from app.base.paths import RESOURCES
from ui.look import SEVERITIES, THEMES, Look, fitted

_TOKEN = re.compile(r"@(?:(\d+)px|text-([a-z]+)|radius-([a-z]+)|([a-z]+)-rim|([a-z][a-z0-9-]*))")
_now: list[Look] = [Look()]


def look() -> Look:
    return _now[0]


def apply(app: QApplication, theme: str, scale: int, width: int) -> None:
    """Put the whole window into `theme` at `scale` per cent (100 to 200), for a window `width` units wide."""
    _put(app, fitted(theme if theme in THEMES else THEMES[0], max(100, min(200, scale)), width, look().language))


def fit(width: int) -> None:
    """The window has a new width: its density may change, nothing else does."""
    new = fitted(look().theme, look().scale, width, look().language)
    if replace(new, width=look().width) == look():
        _now[0] = new
        return
    app = QApplication.instance()
    if isinstance(app, QApplication):
        _put(app, new)


def speak(language: str) -> None:
    """The few words that widgets say by themselves (of 4) are said in this language from now on."""
    _now[0] = replace(look(), language=language)


def palette(one: Look) -> QPalette:
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    made = QPalette()
    for name, token in (
        (role.Window, "bg"),
        (role.Base, "surface"),
        (role.AlternateBase, "surface-2"),
        (role.WindowText, "ink"),
        (role.Text, "ink"),
        (role.ButtonText, "ink"),
        (role.PlaceholderText, "ink-3"),
        (role.Button, "surface"),
        (role.Highlight, "next"),
        (role.Accent, "next"),
        (role.HighlightedText, "on-next"),
        (role.Link, "next-text"),
        (role.ToolTipBase, "bar"),
        (role.ToolTipText, "on-bar"),
        (role.Mid, "line"),
        (role.Dark, "edge"),
    ):
        made.setColor(name, one.color(token))
    for name in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(group.Disabled, name, one.color("off-ink"))
    return made


def sheet(one: Look) -> str:
    """The style sheet with every `@token` filled in. Raises KeyError for a token that nobody wrote."""
    return _TOKEN.sub(lambda found: _filled(one, found), _template())


def rim(one: Look, severity: str) -> str:
    """The edge of a tinted place: a high contrast has no tints, so there the edge carries the colour of the words."""
    return f"{severity}-text" if one.contrast or severity == "stop" else severity


def _filled(one: Look, found: re.Match[str]) -> str:
    length, text, radius, severity, colour = found.groups()
    if length:
        return f"{max(1, one.px(int(length)))}px"
    if text:
        return f"{one.text_px(text)}px"
    if radius:
        return f"{one.radius(radius)}px"
    if severity in SEVERITIES:
        return one.hex(rim(one, severity))
    return one.hex(colour or found[0][1:])


def _template() -> str:
    text = (RESOURCES / "look" / "window.qss").read_text("utf-8")
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


def _put(app: QApplication, one: Look) -> None:
    _now[0] = one
    if app.style().objectName() != "fusion" and not app.styleSheet():
        app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(palette(one))
    app.setFont(one.font("body"))
    app.setStyleSheet(sheet(one))
