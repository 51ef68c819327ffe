"""A label as it will lie on the parcel, painted from the `Label` that is printed: black on white in every theme."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from printers.bitmap import Bitmap, from_packed_rows
from printers.errors import LabelError
from printers.fonts import Face
from printers.label import Barcode, Box, Element, Image, Label, Line, Text, readable_line
from printers.placing import EMBOLDEN, lines, symbol
from printers.shaping import Glyph
from printers.symbol_dots import symbol_dots
from printers.symbols import human_readable
from ui.look import theme

_LEAST = 60  # dots of width: on a smaller one nothing can be told from anything
_BLACK, _WHITE = QColor("#000000"), QColor("#FFFFFF")


class LabelPreview(QWidget):
    """As large as fits, in the middle. `show_(None)`: an empty sheet, nothing is printed yet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label: Label | None = None
        self._picture: QPixmap | None = None
        self._drawn_for = (0.0, 0.0)

    def show_(self, label: Label | None) -> None:
        if label == self._label:
            return
        self._label, self._picture = label, None
        self.setAccessibleDescription("\n".join(spoken(label)) if label else "")
        self.update()

    def sizeHint(self) -> QSize:
        across, down = self._millimetres()
        look = theme.look()
        return QSize(look.px(across * 4.16), look.px(down * 4.16))

    def paintEvent(self, event: QPaintEvent) -> None:
        sheet = self._sheet()
        if sheet.width() < _LEAST:
            return
        painter = QPainter(self)
        if self._label is None:
            painter.fillRect(sheet, _WHITE)
        else:
            wanted = (sheet.width(), self.devicePixelRatioF())
            if self._picture is None or self._drawn_for != wanted:
                self._picture, self._drawn_for = drawn(self._label, *wanted), wanted
            painter.drawPixmap(sheet.topLeft(), self._picture)
        painter.setPen(QPen(theme.look().color("edge"), 1))
        painter.drawRect(sheet.adjusted(-0.5, -0.5, 0.5, 0.5))
        painter.end()

    def _millimetres(self) -> tuple[float, float]:
        return (self._label.width_mm, self._label.height_mm) if self._label else (100.0, 150.0)

    def _sheet(self) -> QRectF:
        """Whole device-independent pixels, one kept free on each side for the edge."""
        across, down = self._millimetres()
        scale = min((self.width() - 2) / across, (self.height() - 2) / down)
        width, height = max(1, int(across * scale)), max(1, int(down * scale))
        return QRectF((self.width() - width) // 2, (self.height() - height) // 2, width, height)


def spoken(label: Label) -> list[str]:
    """What stands on the label, from the top, for whoever hears it."""
    said: list[str] = []
    for element in sorted(label.elements, key=lambda one: (one.y, one.x)):
        if isinstance(element, Text):
            said.append(element.text.replace("\n", ", "))
        elif isinstance(element, Barcode):
            said.append(element.readable_text or human_readable(element.kind, element.data))
    return [line for line in said if line]


def drawn(label: Label, width: float, ratio: float) -> QPixmap:
    """The label so many device-independent pixels wide, at the screen's own dots."""
    dots = max(1, round(width * ratio))
    picture = QPixmap(dots, max(1, round(dots * label.height_mm / label.width_mm)))
    picture.fill(_WHITE)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    sheet = _Sheet(painter, dots / label.width_mm)
    for element in label.elements:
        sheet.draw(element)
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


class _Sheet:
    """Millimetres onto a painter whose unit is one dot of the screen."""

    def __init__(self, painter: QPainter, scale: float) -> None:
        self._painter, self._scale = painter, scale

    def draw(self, element: Element) -> None:
        match element:
            case Text():
                self._text(element)
            case Barcode():
                self._barcode(element)
            case Box():
                self._box(element)
            case Line():
                self._black(element.x, element.y, element.width, element.height)
            case Image():
                dots = from_packed_rows(element.columns, element.rows)
                self._dots(dots, element.x, element.y, element.width / dots.width, element.height / dots.height)

    def _black(self, x: float, y: float, width: float, height: float) -> None:
        """On whole dots, so that edges are sharp; never thinner than one."""
        left, top = round(x * self._scale), round(y * self._scale)
        right, bottom = round((x + width) * self._scale), round((y + height) * self._scale)
        self._painter.fillRect(left, top, max(1, right - left), max(1, bottom - top), _BLACK)

    def _box(self, box: Box) -> None:
        if box.filled:
            self._black(box.x, box.y, box.width, box.height)
            return
        edge = box.thickness
        self._black(box.x, box.y, box.width, edge)
        self._black(box.x, box.y + box.height - edge, box.width, edge)
        self._black(box.x, box.y, edge, box.height)
        self._black(box.x + box.width - edge, box.y, edge, box.height)

    def _dots(self, dots: Bitmap, x: float, y: float, across: float, down: float) -> None:
        """Neighbouring dots of a row as one rectangle."""
        whole = (across * self._scale) % 1 < 1e-6 or (across * self._scale) % 1 > 1 - 1e-6
        left, top = x * self._scale, y * self._scale
        if whole:
            left = round(left)
        for index, row in enumerate(dots.rows):
            start = 0
            for bits in f"{row:0{dots.width}b}".replace("10", "1 0").replace("01", "0 1").split():
                if bits[0] == "1":
                    above, below = (
                        round(top + index * down * self._scale),
                        round(top + (index + 1) * down * self._scale),
                    )
                    begin = left + start * across * self._scale
                    bar = QRectF(begin, above, len(bits) * across * self._scale, max(1, below - above))
                    self._painter.fillRect(bar, _BLACK)
                start += len(bits)

    def _barcode(self, barcode: Barcode) -> None:
        dots = symbol_dots(barcode.kind, barcode.data)
        placed = symbol(barcode, dots.width, dots.height, 1 / self._scale)
        self._dots(dots, placed.x, placed.y, placed.module, placed.height / dots.height)
        if barcode.readable:
            self._text(readable_line(barcode, placed.below))

    def _text(self, text: Text) -> None:
        try:
            placed = list(lines(text))
        except LabelError:
            self._cannot(text)
            return
        colour = _WHITE if text.inverse else _BLACK
        for line in placed:
            self._painter.save()
            self._painter.translate(line.x * self._scale, line.baseline * self._scale)
            self._painter.scale(line.size * self._scale, -line.size * self._scale)  # from here on in ems, upwards
            for run in line.shaped.runs:
                thicken = text.weight == "bold" and not run.face.bold
                for glyph in run.glyphs:
                    self._glyph(run.face, glyph, colour, thicken)
            self._painter.restore()

    def _glyph(self, face: Face, glyph: Glyph, colour: QColor, thicken: bool) -> None:
        self._painter.save()
        self._painter.translate(glyph.x, glyph.y)
        self._painter.scale(1 / face.units_per_em, 1 / face.units_per_em)
        outline = _outline(face, glyph.index)
        self._painter.fillPath(outline, colour)
        if thicken:
            self._painter.strokePath(outline, QPen(colour, face.units_per_em * EMBOLDEN))
        self._painter.restore()

    def _cannot(self, text: Text) -> None:
        """A text that no printer could print whole either: its place, crossed out."""
        box = QRectF(text.x, text.y, text.width, text.box_height)
        corners = [QPointF(p.x() * self._scale, p.y() * self._scale) for p in (box.topLeft(), box.bottomRight())]
        frame = QRectF(*corners)
        self._painter.setPen(QPen(_BLACK, 1, Qt.PenStyle.DashLine))
        self._painter.drawRect(frame)
        self._painter.drawLine(frame.topLeft(), frame.bottomRight())
        self._painter.drawLine(frame.bottomLeft(), frame.topRight())


class _Pen:
    """Takes a glyph's outline in font units, by the pen protocol of font tools."""

    def __init__(self, path: QPainterPath) -> None:
        self._path = path

    def moveTo(self, point: tuple[float, float]) -> None:
        self._path.moveTo(*point)

    def lineTo(self, point: tuple[float, float]) -> None:
        self._path.lineTo(*point)

    def curveTo(self, *points: tuple[float, float]) -> None:
        self._path.cubicTo(*(QPointF(*point) for point in points))

    def qCurveTo(self, *points: tuple[float, float]) -> None:
        self._path.quadTo(*(QPointF(*point) for point in points))

    def closePath(self) -> None:
        self._path.closeSubpath()

    def endPath(self) -> None:
        """An open outline ends where it is."""


@lru_cache(maxsize=4096)
def _outline(face: Face, index: int) -> QPainterPath:
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    face.shaper.draw_glyph_with_pen(index, _Pen(path))
    return path
