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
from printers.errors import NoFont
from printers.fitting import Fitted, fit
from printers.fonts import Face, FontBook, system_fonts
from printers.label import LINE_PITCH, Barcode, Box, Element, Image, Label, Line, Text, readable_line
from printers.script import is_invisible, script_of
from printers.shaping import Run, shape
from printers.symbol_dots import symbol_dots
from printers.symbols import QUIET_ZONE

BASELINE = 0.82
"""How far below the top of its line the baseline stands, in sizes."""
# Scripts in which a letter is a glyph, whatever stands beside it.
_PLAIN = frozenset({"Latin", "Greek", "Cyrillic", "Armenian", "Georgian", "Han", "Kana", "Hangul", "symbol"})
_EMBOLDEN = 1 / 28  # of the size: the stroke around letters whose font has no bold
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


def fitted(text: Text, fonts: FontBook | None = None) -> Fitted:
    """How a text will stand on its page: for whoever lays out what follows it. Raises TextTooLong."""
    fonts = fonts or system_fonts()
    bold = text.weight == "bold"
    return fit(text, lambda part: shape(part, bold=bold, fonts=fonts).advance)


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
        quiet = 2 * QUIET_ZONE[barcode.kind]
        square = dots.height > 1
        module = min(barcode.module, barcode.width / (dots.width + quiet))
        if square:
            module = min(module, barcode.symbol_height / (dots.height + quiet))
        x = barcode.x + (barcode.width - dots.width * module) / 2
        y = barcode.y + quiet / 2 * module if square else barcode.y
        self._dots(dots, x, y, module, module if square else barcode.symbol_height)
        if barcode.readable:
            below = (dots.height + quiet) * module if square else barcode.symbol_height
            self._text(readable_line(barcode, below))

    def _text(self, text: Text) -> None:
        placed = fitted(text, self._fonts)
        bold = text.weight == "bold"
        align = text.align
        if align == "start":
            align = "right" if placed.right_to_left else "left"
        self._canvas.setFillGray(1 if text.inverse else 0)
        self._canvas.setStrokeGray(1 if text.inverse else 0)
        for index, line in enumerate(placed.lines):
            shaped = shape(line.text, bold=bold, right_to_left=line.right_to_left, fonts=self._fonts)
            if shaped.missing:
                raise NoFont(text.name, tuple(dict.fromkeys(script_of(char) for char in shaped.missing)))
            free = text.width - shaped.advance * placed.size
            x = text.x + (0 if align == "left" else free / 2 if align == "center" else free)
            y = text.y + placed.size * (index * LINE_PITCH + BASELINE)
            for run in shaped.runs:
                self._run(run, x * mm, (self._height - y) * mm, placed.size * mm, bold and not run.face.bold)
        self._canvas.setFillGray(0)
        self._canvas.setStrokeGray(0)

    def _run(self, run: Run, x: float, y: float, size: float, thicken: bool) -> None:
        font = _embedded(run.face) if _is_plain(run) else None
        self._canvas.setLineWidth(size * _EMBOLDEN)
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
