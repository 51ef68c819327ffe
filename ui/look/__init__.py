"""The frozen Look: colours, fonts, sizes and pictures of one theme at one density and scale.

Painted widgets and screens ask the current one, `ui.look.theme.look()`. Lengths are device-independent pixels;
`n` in `px(n)` is the length at 100 %.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap

from app.base.paths import RESOURCES
from app.base.wording import word
from ui.look import fonts, pictures

Density = Literal["compact", "regular", "large"]
THEMES = ("light", "dark", "contrast")
SEVERITIES = ("ok", "done", "warn", "stop")


@cache
def tokens() -> Mapping[str, Any]:
    return tomllib.loads((RESOURCES / "look" / "tokens.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Look:
    """`factor` is the density's times the user's scale; `side` is the width of the fixed side column."""

    theme: str = "light"
    scale: int = 100
    width: int = 1366
    density: Density = "regular"
    factor: float = 1.0
    language: str = "en"

    @property
    def contrast(self) -> bool:
        return self.theme == "contrast"

    @property
    def side(self) -> int:
        return self.px(self._own("side"))

    @property
    def page(self) -> int:
        return self.px(self._own("page"))

    @property
    def gutter(self) -> int:
        return self.px(self._own("gutter"))

    @property
    def bar_top(self) -> int:
        return self.px(self._own("bar_top"))

    @property
    def bar_status(self) -> int:
        return self.px(self._own("bar_status"))

    @property
    def scans(self) -> int:
        """How many of the last scans are shown."""
        return self._own("scans")

    def color(self, name: str) -> QColor:
        return _color(self.theme, name)

    def hex(self, name: str) -> str:
        value: str = tokens()[self.theme][name]
        return value

    def px(self, n: float) -> int:
        return round(n * self.factor)

    def radius(self, name: str) -> int:
        return self.px(tokens()["radius"][name])

    def text_px(self, type_name: str) -> int:
        rules: Mapping[str, Any] = tokens()["density"]
        size: int = rules[self.density]["type"].get(type_name) or tokens()["type"][type_name]["px"]
        least: int = rules["text_min"]
        return max(least, self.px(size))

    def weight(self, type_name: str) -> int:
        return int(tokens()["type"][type_name]["weight"])

    def drawn(self, name: str) -> bool:
        """Whether there is a drawing of this name."""
        return pictures.has_drawing(name)

    def line(self, type_name: str) -> int:
        """Line height of a type, in its proportion to the size that this density gives it."""
        told: Mapping[str, int] = tokens()["type"][type_name]
        return round(self.text_px(type_name) * told["line"] / told["px"])

    def font(self, type_name: str, *, tabular: bool = False, code: bool = False, weight: int | None = None) -> QFont:
        return self.font_px(
            self.text_px(type_name),
            self.weight(type_name) if weight is None else weight,
            tabular=tabular,
            code=code,
        )

    def font_px(
        self, px: int, weight: int, *, tabular: bool = False, code: bool = False, strike: bool = False
    ) -> QFont:
        """A font of exactly so many pixels, for words that have to fit; never under the smallest size there is."""
        return _font(max(int(tokens()["density"]["text_min"]), px), weight, tabular, code, strike)

    def icon(self, name: str, color_token: str, px: int, cut: str = "cut") -> QPixmap:
        """`px` is the size on screen. `cut` is the colour of the sign inside a filled severity shape."""
        return pictures.icon(name, self.hex(color_token), self.hex(cut), px)

    def drawing(self, name: str, px: int, letter: str = "") -> QPixmap:
        """The drawing of a SKU, a carton or a step, for a white ground; without one, `letter` or the name's first."""
        return pictures.drawing(name, px) or _letter(self, (letter or name)[:1].upper(), px)

    def word(self, key: str, **values: object) -> str:
        return word(key, self.language, **values)

    def _own(self, name: str) -> int:
        value: int = tokens()["density"][self.density][name]
        return value


def fitted(theme: str, scale: int, width: int, language: str = "en") -> Look:
    """The Look for a window of this width: by its width, and compact where the user's scale would leave too few units.

    A compact one is as large as the user wants, as long as the least window there is (1024 units) still fits.
    """
    rules = tokens()["density"]
    names: tuple[Density, ...] = ("compact", "regular", "large")
    density = next(name for name in names if width < rules[name]["below"])
    factor = rules[density]["factor"] * scale / 100
    if density != "compact" and width / factor < rules["units_roomy"]:
        density = "compact"
    if density == "compact":
        most = max(1.0, width / rules["units_least"])
        # In steps, so that a window drawn larger is not a new look at each pixel.
        factor = min(factor, int(most * 20) / 20)
    return Look(theme, scale, width, density, factor, language)


def isolated(text: str) -> str:
    """A name or town as it may join a line of another script's direction."""
    return f"\u2068{text}\u2069" if text else ""


@cache
def families() -> tuple[str, ...]:
    told = tokens()["font"]
    return (*fonts.installed(told["family"])[:2], *fonts.installed(told["scripts"]))


@lru_cache(maxsize=256)
def _font(px: int, weight: int, tabular: bool, code: bool, strike: bool) -> QFont:
    return fonts.made(families(), px, weight, tabular=tabular or code, code=code, strike=strike)


@lru_cache(maxsize=256)
def _color(theme: str, name: str) -> QColor:
    return QColor(tokens()[theme][name])


@lru_cache(maxsize=128)
def _letter(look: Look, letter: str, px: int) -> QPixmap:
    ratio = pictures.ratio()
    picture = QPixmap(round(px * ratio), round(px * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(look.color("surface-2"))
    painter = QPainter(picture)
    painter.setPen(look.color("ink-2"))
    painter.setFont(look.font_px(round(px * 0.5), 700))
    painter.drawText(QRect(0, 0, px, px), Qt.AlignmentFlag.AlignCenter, letter)
    painter.end()
    return picture
