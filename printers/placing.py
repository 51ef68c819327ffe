"""Where each line of a text stands on its label, for those who draw glyphs themselves: PDF and previews. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from printers.errors import NoFont
from printers.fitting import Fitted, fit
from printers.fonts import FontBook, system_fonts
from printers.label import LINE_PITCH, Barcode, Text
from printers.script import script_of
from printers.shaping import Shaped, shape
from printers.symbols import QUIET_ZONE

BASELINE = 0.82
"""How far below the top of its line the baseline stands, in sizes."""
EMBOLDEN = 1 / 28
"""Stroke around the letters of a bold text whose font has no bold, in sizes."""


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A shaped line: `x` and `baseline` in mm from the label's top left corner, `size` in mm."""

    shaped: Shaped
    x: float
    baseline: float
    size: float


@dataclass(frozen=True, slots=True)
class PlacedSymbol:
    """The bars or squares of a symbol, in mm; `below` is where its human-readable line begins, from its box's top."""

    x: float
    y: float
    module: float
    height: float
    below: float


def fitted(text: Text, fonts: FontBook | None = None) -> Fitted:
    """How a text will stand in its box: for whoever lays out what follows it. Raises TextTooLong."""
    book = fonts or system_fonts()
    bold = text.weight == "bold"
    return fit(text, lambda part: shape(part, bold=bold, fonts=book).advance)


def lines(text: Text, fonts: FontBook | None = None) -> Iterator[PlacedLine]:
    """The text's lines from above. Raises TextTooLong, NoFont."""
    book = fonts or system_fonts()
    placed = fitted(text, book)
    align = text.align
    if align == "start":
        align = "right" if placed.right_to_left else "left"
    for index, line in enumerate(placed.lines):
        shaped = shape(line.text, bold=text.weight == "bold", right_to_left=line.right_to_left, fonts=book)
        if shaped.missing:
            raise NoFont(text.name, tuple(dict.fromkeys(script_of(char) for char in shaped.missing)))
        free = text.width - shaped.advance * placed.size
        x = text.x + (0 if align == "left" else free / 2 if align == "center" else free)
        yield PlacedLine(shaped, x, text.y + placed.size * (index * LINE_PITCH + BASELINE), placed.size)


def symbol(barcode: Barcode, columns: int, rows: int, dot: float = 0.0) -> PlacedSymbol:
    """A symbol of so many modules in the middle of its box.

    `dot` in mm: modules are whole dots where the box holds them, so that bars keep their proportions on a screen.
    """
    quiet = 2 * QUIET_ZONE[barcode.kind]
    square = rows > 1
    most = barcode.width / (columns + quiet)
    if square:
        most = min(most, barcode.symbol_height / (rows + quiet))
    module = min(barcode.module, most)
    if dot and most >= dot:
        module = min(max(1, round(barcode.module / dot)), int(most / dot + 1e-6)) * dot
    x = barcode.x + (barcode.width - columns * module) / 2
    if not square:
        return PlacedSymbol(x, barcode.y, module, barcode.symbol_height, barcode.symbol_height)
    return PlacedSymbol(x, barcode.y + quiet / 2 * module, module, rows * module, (rows + quiet) * module)
