"""The bar on top: which bench, which screen and job, the next cut-off, who works here, what time it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.look import Look, isolated, theme
from ui.widgets.initials import initials
from ui.widgets.marks import Box, Circle, Icon, Line, Mark, Rect, Type, Words, width
from ui.widgets.painted import Painted

_STATION, _PLAIN, _STRONG, _CHIP = Type("title"), Type("body"), Type("body", weight=600), Type("meta", weight=700)
_CLOCK = Type("title", tabular=True)


@dataclass(frozen=True, slots=True)
class BarShown:
    """`cut_off` and `left` are words ("Cut-off 14:30", "3 h 20 left"); empty parts take no place."""

    station: str = ""
    site: str = ""
    screen: str = ""
    job: str = ""
    demo: str = ""
    cut_off: str = ""
    left: str = ""
    operator: str = ""
    clock: str = ""
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class _Sign:
    """The program's own sign: a parcel seen from a corner, on blue."""

    rect: Rect
    stopped: bool = field(default=False)

    def paint(self, painter: QPainter, look: Look) -> None:
        x, y, w, h = self.rect
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("stop-deep" if self.stopped else "next"))
        painter.drawRoundedRect(QRectF(*self.rect), w * 0.22, w * 0.22)
        painter.setPen(QPen(look.color("on-stop" if self.stopped else "on-next"), max(1.5, w * 0.075)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        side = QRectF(x + w * 0.22, y + h * 0.26, w * 0.56, h * 0.48)
        painter.drawRoundedRect(side, w * 0.06, w * 0.06)
        painter.drawLine(side.topLeft() + (side.bottomLeft() - side.topLeft()) * 0.36,
                         side.topRight() + (side.bottomRight() - side.topRight()) * 0.36)  # fmt: skip
        middle = side.center().x()
        painter.drawLine(side.center().toPoint().x(), round(side.top()), round(middle), round(side.center().y()))


class TopBar(Painted):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = BarShown()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_(self, shown: BarShown) -> None:
        if shown != self._shown:
            self._shown = shown
            self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(1024, theme.look().bar_top)

    def said(self) -> str:
        s = self._shown
        return ", ".join(part for part in (s.station, s.site, s.screen, s.job, s.demo, s.cut_off, s.left, s.operator,
                                           s.clock) if part)  # fmt: skip

    def marks(self, look: Look) -> Sequence[Mark]:
        """From both ends to the middle; what does not fit between the left part and the right is left out."""
        s, height, page = self._shown, self.height(), look.page
        back, ink, quiet, rule = ("stop-deep", "on-stop", "on-stop-2", "stop") if s.stopped else (
            "bar", "on-bar", "on-bar-2", "bar-line")  # fmt: skip
        gap = look.px(16)
        found: list[Mark] = [Box((0, 0, self.width(), height), back)]
        if look.contrast:
            found.append(Line((0, height - 2, self.width(), 2), "line", 2))
        sign = look.px(30)
        found.append(_Sign((page, (height - sign) // 2, sign, sign), s.stopped))
        x = page + sign + gap

        def words(text: str, kind: Type, colour: str, at: int) -> int:
            wide = round(width(text, kind, look)) + 2
            found.append(Words((at, 0, wide, height), text, kind, colour))
            return wide

        def parted(at: int) -> None:
            found.append(Line((at, (height - look.px(24)) // 2, 1, look.px(24)), rule, 1))

        right = self._right(found, look, ink, quiet, rule)
        x += words(s.station, _STATION, ink, x) + gap
        if s.site and x + width(s.site, _PLAIN, look) < right:
            x += words(s.site, _PLAIN, quiet, x) + gap
        here = " · ".join(part for part in (s.screen, s.job) if part)
        if here and x + gap + width(here, _STRONG, look) >= right:
            here = s.job or s.screen
        if here and x + gap + width(here, _STRONG, look) < right:
            parted(x)
            words(here, _STRONG, ink, x + gap)
        return found

    def _right(self, found: list[Mark], look: Look, ink: str, quiet: str, rule: str) -> int:
        """Lays the right part from the clock leftwards; gives where it begins."""
        s, height, gap = self._shown, self.height(), look.px(16)
        x = self.width() - look.page

        def words(text: str, kind: Type, colour: str) -> None:
            nonlocal x
            wide = round(width(text, kind, look)) + 2
            x -= wide
            found.append(Words((x, 0, wide, height), text, kind, colour))

        def parted() -> None:
            nonlocal x
            x -= gap
            found.append(Line((x, (height - look.px(24)) // 2, 1, look.px(24)), rule, 1))
            x -= gap

        words(s.clock, _CLOCK, ink)
        if s.operator:
            parted()
            words(isolated(s.operator), _STRONG, ink)
            round_ = look.px(36)
            x -= look.px(10) + round_
            top = (height - round_) // 2
            found.append(
                Circle((x, top, round_, round_), "stop" if s.stopped else "avatar", rule if look.contrast else "", 1)
            )
            found.append(Words((x, top, round_, round_), initials(s.operator), Type("meta", weight=700), "on-bar",
                               Qt.AlignmentFlag.AlignHCenter))  # fmt: skip
        if s.cut_off:
            parted()
            if s.left:
                words(f" · {s.left}", _PLAIN, quiet)
            words(s.cut_off, _STRONG, ink)
            size = look.px(24)
            x -= size + look.px(8)
            found.append(Icon((x, (height - size) // 2, size, size), "truck", quiet))
        if s.demo:
            wide, tall = round(width(s.demo, _CHIP, look)) + look.px(24), look.px(28)
            x -= wide + gap
            top = (height - tall) // 2
            found.append(Box((x, top, wide, tall), "warn", "", 0, look.radius("chip")))
            found.append(Words((x, top, wide, tall), s.demo, _CHIP, "on-warn", Qt.AlignmentFlag.AlignHCenter))
        return x - gap
