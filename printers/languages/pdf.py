"""PDF: labels as pages, for office printers and for papers that are read rather than stuck on. Pure.

Text is embedded and can be searched where a letter is a glyph; scripts whose letters join or move (Arabic, Thai,
Hindi …) are shaped and drawn as outlines. Equal input gives equal bytes: no date, no random id.
"""

import functools
import io
import threading
import unicodedata
from collections.abc import Sequence

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from printers.bitmap import Bitmap, from_packed_rows
from printers.fonts import Face, FontBook, system_fonts
from printers.label import Barcode, Box, Element, Image, Label, Line, Text, readable_line
from printers.placing import EMBOLDEN, lines, symbol
from printers.script import is_invisible, script_of
from printers.shaping import Run
from printers.symbol_dots import symbol_dots

# Scripts in which a letter is a glyph, whatever stands beside it.
_PLAIN = frozenset({"Latin", "Greek", "Cyrillic", "Armenian", "Georgian", "Han", "Kana", "Hangul", "symbol"})
_reportlab = threading.Lock()  # its fonts are shared by all documents


def render(pages: Sequence[Label], title: str = "", fonts: FontBook | None = None) -> bytes:
    """A document with a page for each label (and copy). Raises TextTooLong, NoFont, BadSymbol."""
    fonts = fonts or system_fonts()
    buffer = io.BytesIO()
    with _reportlab:
        canvas = Canvas(buffer, invariant=1, pageCompression=1)
        canvas.setTitle(title)
        canvas.setAuthor("")
        canvas.setCreator("Packbench")
        for page in pages:
            for _ in range(page.copies):
                canvas.setPageSize((page.width_mm * mm, page.height_mm * mm))
                sheet = _Sheet(canvas, page.height_mm, fonts)
                for element in page.elements:
                    sheet.draw(element)
                canvas.showPage()
        canvas.save()
    return buffer.getvalue()


class _Sheet:
    """One page; from millimetres below its top to points above its foot."""

    def __init__(self, canvas: Canvas, height_mm: float, fonts: FontBook) -> None:
        self._canvas = canvas
        self._height = height_mm
        self._fonts = fonts

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
                self._dots(
                    from_packed_rows(element.columns, element.rows),
                    element.x,
                    element.y,
                    element.width / element.columns,
                    element.height / len(element.rows),
                )

    def _black(self, x: float, y: float, width: float, height: float) -> None:
        self._canvas.rect(x * mm, (self._height - y - height) * mm, width * mm, height * mm, stroke=0, fill=1)

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
        for index, row in enumerate(dots.rows):
            start = 0
            for bits in f"{row:0{dots.width}b}".replace("10", "1 0").replace("01", "0 1").split():
                if bits[0] == "1":
                    self._black(x + start * across, y + index * down, len(bits) * across, down)
                start += len(bits)

    def _barcode(self, barcode: Barcode) -> None:
        dots = symbol_dots(barcode.kind, barcode.data)
        placed = symbol(barcode, dots.width, dots.height)
        self._dots(dots, placed.x, placed.y, placed.module, placed.height / dots.height)
        if barcode.readable:
            self._text(readable_line(barcode, placed.below))

    def _text(self, text: Text) -> None:
        bold = text.weight == "bold"
        self._canvas.setFillGray(1 if text.inverse else 0)
        self._canvas.setStrokeGray(1 if text.inverse else 0)
        for line in lines(text, self._fonts):
            baseline = (self._height - line.baseline) * mm
            for run in line.shaped.runs:
                self._run(run, line.x * mm, baseline, line.size * mm, bold and not run.face.bold)
        self._canvas.setFillGray(0)
        self._canvas.setStrokeGray(0)

    def _run(self, run: Run, x: float, y: float, size: float, thicken: bool) -> None:
        font = _embedded(run.face) if _is_plain(run) else None
        self._canvas.setLineWidth(size * EMBOLDEN)
        if font is None:
            self._outlines(run, x, y, size, thicken)
            return
        written = self._canvas.beginText(x + run.x * size, y)
        written.setFont(font, size)
        written.setTextRenderMode(2 if thicken else 0)
        if width := pdfmetrics.stringWidth(run.text, font, size):
            # The embedded text doesn't kern; held to the shaped length it keeps its place in the line.
            written.setHorizScale(100 * run.advance * size / width)
        written.textOut(run.text)
        self._canvas.saveState()  # what is thickened must not thicken what follows
        self._canvas.drawText(written)
        self._canvas.restoreState()

    def _outlines(self, run: Run, x: float, y: float, size: float, thicken: bool) -> None:
        scale = size / run.face.units_per_em
        path = self._canvas.beginPath()
        for glyph in run.glyphs:
            pen = _Pen(path, x + glyph.x * size, y + glyph.y * size, scale)
            run.face.shaper.draw_glyph_with_pen(glyph.index, pen)
        self._canvas.drawPath(path, stroke=int(thicken), fill=1, fillMode=1)


class _Pen:
    """Takes a glyph's outline in font units and adds it to a page's path."""

    def __init__(self, path: PDFPathObject, x: float, y: float, scale: float) -> None:
        self._path = path
        self._x, self._y, self._scale = x, y, scale
        self._at = (0.0, 0.0)

    def _point(self, point: tuple[float, float]) -> tuple[float, float]:
        return self._x + point[0] * self._scale, self._y + point[1] * self._scale

    def moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802 - the pen protocol of font tools
        self._at = point
        self._path.moveTo(*self._point(point))

    def lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802
        self._at = point
        self._path.lineTo(*self._point(point))

    def curveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802
        first, second, end = (self._point(p) for p in points)
        self._at = points[2]
        self._path.curveTo(*first, *second, *end)

    def qCurveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802
        """A quadratic curve, raised to the cubic one that PDF has."""
        (cx, cy), (ex, ey) = points
        sx, sy = self._at
        self.curveTo(
            (sx + 2 / 3 * (cx - sx), sy + 2 / 3 * (cy - sy)), (ex + 2 / 3 * (cx - ex), ey + 2 / 3 * (cy - ey)), (ex, ey)
        )

    def closePath(self) -> None:  # noqa: N802
        self._path.close()

    def endPath(self) -> None:  # noqa: N802
        """An open outline ends where it is."""


def _is_plain(run: Run) -> bool:
    return not run.right_to_left and all(
        script_of(char) in _PLAIN and not is_invisible(char) and not _combines(char) for char in run.text
    )


def _combines(char: str) -> bool:
    return unicodedata.category(char).startswith("M")


@functools.lru_cache(maxsize=64)
def _embedded(face: Face) -> str | None:
    """The name under which the font is embedded, or None for a kind that can't be (outlines in PostScript form)."""
    name = f"packbench-{face.path.name}"
    try:
        pdfmetrics.registerFont(TTFont(name, str(face.path), shapable=False))
    except TTFError:
        return None
    return name
