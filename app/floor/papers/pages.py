"""Papers of one or more pages: rows that flow over pages, a table's head again on each, page numbers at the foot."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Literal

from app.floor.papers.words import Words
from printers import Label, Line, Text
from printers.label import LINE_PITCH, Element
from printers.languages import pdf
from printers.placing import fitted

PaperSize = Literal["A4", "A5"]
_SIZES: dict[PaperSize, tuple[float, float]] = {"A4": (210.0, 297.0), "A5": (148.0, 210.0)}
_FOOT = 8.0
Align = Literal["start", "left", "center", "right"]


class Sheet:
    """A document being filled from above, in millimetres; elements come with y from the top of their row."""

    def __init__(self, size: PaperSize, title: str, words: Words, margin: float = 14.0) -> None:
        self.width, self.height = _SIZES[size]
        self.left, self.right = margin, self.width - margin
        self.full = self.right - self.left
        self._title = title
        self._words = words
        self._margin = margin
        self._pages: list[list[Element]] = [[]]
        self._y = margin
        self._on_new_page: Callable[[], None] | None = None

    def row(self, elements: Iterable[Element], *, height: float = 0.0, gap: float = 1.5) -> None:
        """Elements side by side, as high as the highest, kept together; on the next page when there is no room."""
        row = list(elements)
        needed = max(height, *(bottom(element) for element in row)) if row else height
        self.room_for(needed)
        self._pages[-1] += [replace(element, y=element.y + self._y) for element in row]
        self._y += needed + gap

    def room_for(self, height: float) -> None:
        """Begin a new page unless this one has so much left; a page that has nothing yet takes anything."""
        if self._y + height > self.height - self._margin - _FOOT and self._y > self._margin + 1e-6:
            self._pages.append([])
            self._y = self._margin
            if self._on_new_page:
                self._on_new_page()

    def space(self, height: float) -> None:
        """White between rows; none at the top of a page."""
        self._y += height

    def rule(self, thickness: float = 0.25, gap: float = 1.5) -> None:
        """A stroke over the full width."""
        self.row([Line(self.left, 0, self.full, thickness)], gap=gap)

    def table(self, head: Sequence[Element], rows: Iterable[Sequence[Element]]) -> None:
        """Rows with strokes between them, under a head that stands on every page they reach."""

        def begin() -> None:
            self.row(head, gap=0.8)
            self.rule(0.5, gap=1.4)

        self.room_for(30)
        begin()
        self._on_new_page = begin
        for row in rows:
            below = max(bottom(element) for element in row) + 1.0
            self.row([*row, Line(self.left, below, self.full, 0.15)], gap=1.4)
        self._on_new_page = None

    def pdf(self) -> bytes:
        """The document; with more than one page, their numbers at the foot. Raises TextTooLong, NoFont."""
        pages = []
        for number, elements in enumerate(self._pages, start=1):
            foot = self._words("papers.page", n=number, m=len(self._pages), title=self._title)
            line = cell(foot, self.left, self.full, 2.8, align="right")
            pages.append(Label(self.width, self.height, [*elements, replace(line, y=self.height - self._margin - 3)]))
        return pdf.render(pages, self._title)


def cell(
    text: str,
    x: float,
    width: float,
    size: float,
    *,
    y: float = 0.0,
    lines: int = 1,
    bold: bool = False,
    align: Align = "start",
) -> Text:
    """A text in a row. What doesn't fit shrinks, wraps if it may (then it hardly shrinks), and ends in an ellipsis."""
    return Text(
        text,
        x,
        y,
        width,
        size,
        max_lines=lines,
        min_size=size * 0.9 if lines > 1 else min(size, 2.2),
        weight="bold" if bold else "regular",
        align=align,
        overflow="ellipsis",
    )


def bottom(element: Element) -> float:
    """Where an element ends in its row: a text with its own last line, not with the room it was given."""
    if isinstance(element, Text):
        placed = fitted(element)
        return element.y + max(1, len(placed.lines)) * LINE_PITCH * placed.size
    return element.y + element.height
