"""Icons and drawings from `resources`, drawn by Qt at the size and in the colour asked for, once each."""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.base.paths import RESOURCES

ICONS = RESOURCES / "icons"
DRAWINGS = RESOURCES / "drawings"


def icon(name: str, colour: str, cut: str, px: int) -> QPixmap:
    """A line icon in one colour; `cut` is the sign inside a filled shape. An unknown name gives an empty picture."""
    return _icon(name, colour, cut, px, ratio())


def drawing(name: str, px: int) -> QPixmap | None:
    """A drawing by its own name, a product's SKU or a carton's code; None when there is none."""
    return _drawing(name, px, ratio())


def has_drawing(name: str) -> bool:
    return _drawn(name) is not None


def ratio() -> float:
    """Pixels of the screen to one unit of ours, as on the finest screen there is."""
    app = QGuiApplication.instance()
    return app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0


@lru_cache(maxsize=1024)
def _icon(name: str, colour: str, cut: str, px: int, fine: float) -> QPixmap:
    text = _text(ICONS / f"{name}.svg")
    # QtSvg does not follow currentColor.
    return _painted(text.replace("currentColor", colour).replace("#cut", cut), px, fine)


@lru_cache(maxsize=256)
def _drawing(name: str, px: int, fine: float) -> QPixmap | None:
    text = _drawn(name)
    return None if text is None else _painted(text, px, fine)


def _painted(svg: str, px: int, fine: float) -> QPixmap:
    picture = QPixmap(round(px * fine), round(px * fine))
    picture.setDevicePixelRatio(fine)
    picture.fill(Qt.GlobalColor.transparent)
    if svg:
        renderer = QSvgRenderer(QByteArray(svg.encode()))
        renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
        painter = QPainter(picture)
        renderer.render(painter, QRectF(0, 0, px, px))
        painter.end()
    return picture


@cache
def _text(file: Path) -> str:
    return file.read_text("utf-8") if file.is_file() else ""


@cache
def _drawn(name: str) -> str | None:
    """The drawing's SVG with its tints put in."""
    asked = _named().get(name, {"drawing": name})
    text = _text(DRAWINGS / f"{asked['drawing']}.svg")
    if not text:
        return None
    tints = {**_tints()["plain"], **_tints().get(asked.get("tint", ""), {})}
    for role, colour in tints.items():
        text = text.replace(f"@{role}", colour)
    return text


@cache
def _table() -> dict[str, dict[str, dict[str, str]]]:
    file = DRAWINGS / "products.toml"
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}


def _tints() -> dict[str, dict[str, str]]:
    return _table().get("tint", {"plain": {}})


def _named() -> dict[str, dict[str, str]]:
    return _table().get("drawing", {})
