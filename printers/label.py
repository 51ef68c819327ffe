"""A label, described without any device. All lengths are millimetres, from the top left corner.

A `Label` that exists is sound: its elements lie inside it and its barcodes fit their boxes with their quiet zones.
Whether texts fit is known only to a language, which knows its fonts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from printers.errors import BadSymbol, OutsideLabel
from printers.symbols import QUIET_ZONE, Elements, Symbology, human_readable, size_in_modules

Align = Literal["start", "left", "center", "right"]
LINE_PITCH = 1.2
"""Distance of two baselines, in sizes."""
READABLE_LINE = 1.3
"""Room for the human-readable line under a symbol, in sizes of its text."""
_ROUNDING = 1e-6  # floats that mean the same edge


@dataclass(frozen=True, slots=True)
class Text:
    """One or more lines in a box, in any script; `\\n` starts a new line, longer lines wrap while `max_lines` allows.

    When it doesn't fit it shrinks down to `min_size`; what then still doesn't fit is refused, or
    (`overflow="ellipsis"`) cut where everyone sees it. `start` is left, and right for a text that begins in a
    right-to-left script.
    """

    text: str
    x: float
    y: float
    width: float
    size: float
    """Height of the letters' square, about 1.4 capital letters."""
    height: float = 0.0
    """Height of the box; 0: what `max_lines` take at full size."""
    max_lines: int = 1
    min_size: float = 1.8
    weight: Literal["regular", "bold"] = "regular"
    align: Align = "start"
    overflow: Literal["refuse", "ellipsis"] = "refuse"
    inverse: bool = False
    """White, on a filled box that stands before it in the label."""
    name: str = "text"
    """What errors call it; they never quote the text."""

    @property
    def box_height(self) -> float:
        return self.height or self.size * LINE_PITCH * self.max_lines


@dataclass(frozen=True, slots=True)
class Barcode:
    """A symbol in the middle of a box that includes its quiet zones and the human-readable line under it.

    A language prints the module nearest to `module` that its dots allow and the box holds, never one under
    `min_module`.
    """

    kind: Symbology
    data: str | Elements
    x: float
    y: float
    width: float
    height: float
    module: float = 0.375
    min_module: float = 0.25
    readable: bool = True
    readable_text: str = ""
    """The human-readable line, when it shall be grouped other than the standard does."""
    readable_size: float = 3.5
    name: str = "barcode"

    @property
    def symbol_height(self) -> float:
        """What is left for the bars."""
        return self.height - (self.readable_size * READABLE_LINE if self.readable else 0.0)


@dataclass(frozen=True, slots=True)
class Box:
    """A frame, or with `filled` a black area."""

    x: float
    y: float
    width: float
    height: float
    thickness: float = 0.4
    filled: bool = False
    name: str = "box"


@dataclass(frozen=True, slots=True)
class Line:
    """A horizontal or vertical stroke: `width` by `height`, the smaller is its thickness."""

    x: float
    y: float
    width: float
    height: float
    name: str = "line"


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of black and white dots, scaled to its box. `rows`: packed bytes, highest bit leftmost, 1 is black."""

    x: float
    y: float
    width: float
    height: float
    columns: int
    rows: tuple[bytes, ...] = field(repr=False)
    name: str = "image"


Element = Text | Barcode | Box | Line | Image


@dataclass(frozen=True, slots=True)
class Label:
    """A label that is known to be printable, but for its texts' fit. Raises OutsideLabel, BadSymbol."""

    width_mm: float
    height_mm: float
    elements: Sequence[Element]
    copies: int = 1

    def __post_init__(self) -> None:
        if self.width_mm <= 0 or self.height_mm <= 0 or self.copies < 1:
            raise OutsideLabel(
                "label",
                expected="positive width, height and copies",
                got=f"{self.width_mm:g} × {self.height_mm:g} mm, {self.copies} copies",
            )
        object.__setattr__(self, "elements", tuple(self.elements))
        for element in self.elements:
            self._inside(element)
            if isinstance(element, Barcode):
                _fits_its_box(element)
            if isinstance(element, Image):
                _has_its_rows(element)

    def _inside(self, element: Element) -> None:
        height = element.box_height if isinstance(element, Text) else element.height
        right, bottom = element.x + element.width, element.y + height
        # Written so that NaN fails too.
        inside = (
            element.x >= 0
            and element.y >= 0
            and element.width > 0
            and height > 0
            and right <= self.width_mm + _ROUNDING
            and bottom <= self.height_mm + _ROUNDING
        )
        if not inside:
            raise OutsideLabel(
                element.name,
                expected=f"a box inside {self.width_mm:g} × {self.height_mm:g} mm",
                got=f"x {element.x:g}…{right:g}, y {element.y:g}…{bottom:g} mm",
            )


def smallest_box(barcode: Barcode, module: float) -> tuple[float, float]:
    """Width and height in mm that the symbol takes at a module in mm, quiet zones included, without its text line.

    For bars the height is the least that a scanner needs, 5 mm (ISO/IEC 15417 annex E).
    """
    across, down = size_in_modules(barcode.kind, barcode.data)
    quiet = 2 * QUIET_ZONE[barcode.kind]
    return (across + quiet) * module, (down + quiet) * module if down else 5.0


def readable_line(barcode: Barcode, below: float) -> Text:
    """The human-readable line of a symbol whose bars end `below` mm under the top of its box."""
    return Text(
        barcode.readable_text or human_readable(barcode.kind, barcode.data),
        x=barcode.x,
        y=barcode.y + below + barcode.readable_size * 0.15,
        width=barcode.width,
        size=barcode.readable_size,
        weight="bold",
        align="center",
        overflow="ellipsis",
        name=f"{barcode.name} in digits",
    )


def _fits_its_box(barcode: Barcode) -> None:
    if not 0 < barcode.min_module <= barcode.module:
        raise BadSymbol(
            barcode.name, expected="0 < min_module ≤ module", got=f"{barcode.min_module:g}, {barcode.module:g} mm"
        )
    width, height = smallest_box(barcode, barcode.min_module)
    if width > barcode.width + _ROUNDING or height > barcode.symbol_height + _ROUNDING:
        raise BadSymbol(
            barcode.name,
            expected=f"a box of {width:.1f} × {height:.1f} mm for modules of {barcode.min_module:g} mm and quiet zones",
            got=f"{barcode.width:.1f} × {barcode.symbol_height:.1f} mm",
        )


def _has_its_rows(image: Image) -> None:
    wanted = (image.columns + 7) // 8
    if image.columns < 1 or not image.rows or any(len(row) != wanted for row in image.rows):
        raise OutsideLabel(
            image.name, expected=f"rows of {wanted} bytes for {image.columns} columns", got=f"{len(image.rows)} rows"
        )
