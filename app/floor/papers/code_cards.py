"""Sheets of codes to be scanned: what hangs beside a bench, what people wear, what is stuck on totes and shelves. Pure.

A sheet of commands has words, the key that does the same and the code; all other sheets are cards to be cut out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from app.floor.papers.pages import Sheet, cell
from app.floor.papers.words import Words
from app.floor.work import Command
from app.floor.workflows.label import REOPEN_REASONS, REPRINT_REASONS
from printers import Barcode, Box, Label, Line, Text
from printers.label import Element, smallest_box
from printers.languages import pdf

COMMANDS: tuple[Command, ...] = get_args(Command)
KEYS: dict[Command, str] = {
    "help": "F1", "undo": "F2", "short": "F6", "broken": "F7", "reprint": "F6", "reopen": "F7", "close": "F8",
    "ok": "F12",
}  # fmt: skip
_A4 = (210.0, 297.0)
_COUNTS = 12
_MODULE = 0.42  # mm: read from an arm's length
_ROW = 27.7  # of a command, in mm: nine rows and a title are one page


@dataclass(frozen=True, slots=True)
class CardSize:
    """In mm, and how many stand on a page."""

    width: float
    height: float
    columns: int
    rows: int


BADGE = CardSize(85.6, 54.0, 2, 5)  # ISO/IEC 7810 ID-1, as bank cards and their holders are
PLATE = CardSize(95.0, 46.0, 2, 6)
TAG = CardSize(63.0, 34.0, 3, 8)


@dataclass(frozen=True, slots=True)
class Card:
    """`title` is what people read from afar, `code` what is scanned, `corner` a short word at the right."""

    title: str
    code: str
    detail: str = ""
    corner: str = ""


def command_sheet(words: Words) -> bytes:
    """An A4 PDF: every command, then the numbers that are asked for after some of them."""
    sheet = Sheet("A4", words("sheets.commands.title"), words, margin=12)
    sheet.row([cell(words("sheets.commands.title"), sheet.left, sheet.full, 8, bold=True)], height=10, gap=2)
    half = (sheet.full - 6) / 2
    for start in range(0, len(COMMANDS), 2):
        pair = enumerate(COMMANDS[start : start + 2])
        sheet.row([e for i, name in pair for e in _command(sheet.left + i * (half + 6), half, name, words)], gap=0)
    for after, reasons in (("reprint", REPRINT_REASONS), ("reopen", REOPEN_REASONS)):
        said = {str(n): words(f"sheets.{after}.{reason}") for n, reason in reasons.items()}
        _numbers(sheet, words(f"sheets.{after}.title"), said)
    _numbers(sheet, words("sheets.count.title"), {str(n): "" for n in range(1, _COUNTS + 1)})
    return sheet.pdf()


def card_sheet(cards: Sequence[Card], size: CardSize, title: str) -> bytes:
    """An A4 PDF of cards with lines to cut along. Raises TextTooLong, NoFont, BadSymbol for a code no symbol holds."""
    across, down = size.columns * size.width, size.rows * size.height
    left, top = (_A4[0] - across) / 2, (_A4[1] - down) / 2
    each = size.columns * size.rows
    pages = []
    for start in range(0, max(len(cards), 1), each):
        some = cards[start : start + each]
        elements = [
            element
            for i, card in enumerate(some)
            for element in _card(
                card, size, left + i % size.columns * size.width, top + i // size.columns * size.height
            )
        ]
        rows = -(-len(some) // size.columns)
        pages.append(Label(*_A4, [*elements, *_cuts(size, left, top, rows)]))
    return pdf.render(pages, title)


def _command(x: float, width: float, name: Command, words: Words) -> Iterator[Element]:
    code, key = f"PB{name.upper()}", KEYS.get(name, "")
    yield cell(words(f"sheets.command.{name}"), x, width - 18, 5.6, y=0.8, bold=True)
    yield cell(words(f"sheets.hint.{name}"), x, width - 18, 3, y=7.4)
    if key:
        yield Box(x + width - 14, 1.4, 14, 8.4)
        yield Text(key, x + width - 14, 2.8, 14, 5, weight="bold", align="center", name="key")
    yield _bars(code, x, 11.6, 13.6)
    yield Line(x, _ROW - 1.2, width, 0.15)


def _numbers(sheet: Sheet, title: str, said: dict[str, str]) -> None:
    third = (sheet.full - 12) / 3
    sheet.room_for(34)
    sheet.row([cell(title, sheet.left, sheet.full, 5, bold=True)], gap=2)
    numbers = list(said.items())
    for start in range(0, len(numbers), 3):
        row: list[Element] = []
        for i, (number, words) in enumerate(numbers[start : start + 3]):
            x = sheet.left + i * (third + 6)
            row.append(cell(number, x, 12, 9, bold=True))
            if words:
                row.append(cell(words, x + 13, third - 13, 3.6, y=2, lines=2))
            at = (x, 11.0) if words else (x + 20, 0.0)
            row.append(_bars(number, *at, 11, readable=False))
        sheet.row(row, gap=5)
    sheet.space(3)


def _bars(code: str, x: float, y: float, height: float, *, readable: bool = True) -> Barcode:
    """A Code 128 of large modules whose first bar stands at `x`."""
    symbol = Barcode("code128", code, 0, 0, 1000, height, module=_MODULE, readable=readable, readable_size=2.8)
    return replace(symbol, x=x - 10 * _MODULE, y=y, width=smallest_box(symbol, _MODULE)[0] + 0.01, name=code)


def _card(card: Card, size: CardSize, x: float, y: float) -> Iterator[Element]:
    """Title and corner on one line, the detail under them, the code as high as there is room."""
    margin = 4.0
    width = size.width - 2 * margin
    corner = 24.0 if card.corner else 0.0
    title = size.height * (0.17 if card.detail else 0.27)
    yield Text(
        card.title, x + margin, y + margin, width - corner, title, weight="bold", align="left", min_size=2.6,
        overflow="ellipsis", name="title",
    )  # fmt: skip
    if card.corner:
        yield Text(
            card.corner, x + margin + width - corner, y + margin + 0.6, corner, 3.4, align="right", min_size=2,
            overflow="ellipsis", name="corner",
        )  # fmt: skip
    below = margin + title * 1.2
    if card.detail:
        yield Text(
            card.detail, x + margin, y + below, width, 3.4, max_lines=2, height=4.2, align="left", min_size=2.4,
            overflow="ellipsis", name="detail",
        )  # fmt: skip
        below += 5.0
    yield Barcode(
        "code128", card.code, x + 1, y + below, size.width - 2, size.height - below - 2.5, module=_MODULE,
        min_module=0.19, readable_size=3, name=f"code {card.code}",
    )  # fmt: skip


def _cuts(size: CardSize, left: float, top: float, rows: int) -> Iterator[Element]:
    """Hairlines over the page, past the outermost cards, so that a cutter finds them."""
    over = min(left, top, 4.0)
    for column in range(size.columns + 1):
        yield Line(left + column * size.width, top - over, 0.1, rows * size.height + 2 * over)
    for row in range(rows + 1):
        yield Line(left - over, top + row * size.height, size.columns * size.width + 2 * over, 0.1)
