"""A picker's way through the bins for one packet of shipments. Pure: equal values give equal bytes."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.floor.papers.pages import Sheet, bottom, cell
from app.floor.papers.words import Words, counted
from printers import Barcode, Box, Text
from printers.label import Element

_CARDS = 3  # side by side
_CARD_HEIGHT = 27.0


@dataclass(frozen=True, slots=True)
class PickJob:
    """One shipment of the packet. `bulk`: a one-item order, picked with its like and matched at the bench."""

    shipment: str
    code: str
    """What is scanned to open it."""
    tote: str = ""
    bulk: bool = False


@dataclass(frozen=True, slots=True)
class Pick:
    """So many of one item out of one bin for one shipment. `walk` is the bin's place on the way."""

    walk: int
    bin: str
    sku: str
    title: str
    barcode: str
    quantity: int
    shipment: str


@dataclass(frozen=True, slots=True)
class PickList:
    """One packet, claimed by one station."""

    warehouse: str
    station: str
    operator: str
    date: str
    jobs: tuple[PickJob, ...]
    picks: tuple[Pick, ...]


@dataclass(frozen=True, slots=True)
class PickLine:
    """One stop on the way: what to take out of a bin, and into which totes. The target 0 is the bulk box."""

    bin: str
    sku: str
    title: str
    barcode: str
    targets: tuple[tuple[int, int], ...]
    """Number of the job on the list, and how many go to it."""

    @property
    def quantity(self) -> int:
        return sum(quantity for _, quantity in self.targets)


def pick_lines(value: PickList) -> tuple[PickLine, ...]:
    """The stops in walk order, an item of a bin once, one-item orders summed. KeyError for an unknown shipment."""
    numbers = {job.shipment: number for number, job in enumerate(_totes(value), start=1)}
    numbers |= {job.shipment: 0 for job in value.jobs if job.bulk}
    stops: dict[tuple[int, str, str], dict[int, int]] = {}
    items: dict[tuple[int, str, str], Pick] = {}
    for pick in value.picks:
        stop = (pick.walk, pick.bin, pick.sku)
        items.setdefault(stop, pick)
        targets = stops.setdefault(stop, {})
        number = numbers[pick.shipment]
        targets[number] = targets.get(number, 0) + pick.quantity
    return tuple(
        PickLine(
            items[stop].bin, items[stop].sku, items[stop].title, items[stop].barcode, tuple(sorted(targets.items()))
        )
        for stop, targets in sorted(stops.items())
    )


def pick_list(value: PickList, words: Words) -> bytes:
    """An A4 PDF: job codes to scan, then the stops in walk order. Raises NoFont, BadSymbol, KeyError."""
    sheet = Sheet("A4", words("papers.pick.title"), words, margin=12)
    lines = pick_lines(value)
    bulk = sum(job.bulk for job in value.jobs)
    counts = [
        counted("papers.pick.shipments", len(value.jobs), words),
        counted("papers.pick.items", sum(line.quantity for line in lines), words),
    ]
    if bulk:
        counts.append(counted("papers.pick.bulk_orders", bulk, words))
    sheet.row(
        [
            cell(words("papers.pick.title"), sheet.left, 90, 8, bold=True),
            cell(f"{value.station} · {value.operator}", sheet.right - 90, 90, 4.6, bold=True, align="right"),
            cell(f"{value.warehouse} · {value.date}", sheet.right - 90, 90, 3.6, y=6, align="right"),
            cell(" · ".join(counts), sheet.left, 110, 3.8, y=10.5),
        ],
        gap=4,
    )
    totes = _totes(value)
    for start in range(0, len(totes), _CARDS):
        row = totes[start : start + _CARDS]
        sheet.row([e for i, job in enumerate(row) for e in _card(sheet, start + i + 1, i, job)], gap=3)
    sheet.space(2)
    sheet.table(_head(sheet, words), (tuple(_stop(sheet, line, words)) for line in lines))
    return sheet.pdf()


def _totes(value: PickList) -> list[PickJob]:
    return [job for job in value.jobs if not job.bulk]


def _card(sheet: Sheet, number: int, column: int, job: PickJob) -> Iterator[Element]:
    """One shipment: its number on this list in white on black, its tote, its code to scan."""
    width = (sheet.full - 3 * (_CARDS - 1)) / _CARDS
    x = sheet.left + column * (width + 3)
    yield Box(x, 0, width, _CARD_HEIGHT)
    yield Box(x, 0, 11, 9, filled=True)
    yield Text(str(number), x, 1.2, 11, 6.6, weight="bold", align="center", inverse=True, min_size=3, name="number")
    yield cell(job.shipment, x + 13, width - 14, 4.2, y=0.8, bold=True)
    yield cell(job.tote, x + 13, width - 14, 3.2, y=5.4)
    yield Barcode("code128", job.code, x + 0.5, 10, width - 1, 16.4, module=0.33, min_module=0.19, readable_size=3)


def _columns(sheet: Sheet) -> dict[str, tuple[float, float]]:
    left, right = sheet.left, sheet.right
    title = right - 30 - 18 - 36 - (left + 42)
    return {
        "box": (left, 6.0),
        "bin": (left + 9, 31.0),
        "item": (left + 42, title - 3),
        "barcode": (left + 42 + title, 34.0),
        "quantity": (right - 48, 16.0),
        "to": (right - 28, 28.0),
    }


def _head(sheet: Sheet, words: Words) -> list[Text]:
    sides = {"barcode": "right", "quantity": "right"}
    return [
        cell(words(f"papers.pick.{name}"), x, width, 3, align="right" if name in sides else "left")
        for name, (x, width) in _columns(sheet).items()
        if name != "box"
    ]


def _stop(sheet: Sheet, line: PickLine, words: Words) -> Iterator[Element]:
    columns = _columns(sheet)
    x, width = columns["box"]
    yield Box(x, 0.8, width, width, thickness=0.3)
    x, width = columns["bin"]
    yield cell(line.bin, x, width, 6, bold=True)
    x, width = columns["item"]
    title = cell(line.title, x, width, 3.8, lines=2)
    yield title
    yield cell(line.sku, x, width, 2.8, y=bottom(title) + 0.4)
    x, width = columns["barcode"]
    yield cell(line.barcode[:-4], x, width - 15, 2.8, y=2.7, align="right")
    yield cell(line.barcode[-4:], x + width - 14.5, 14.5, 6, bold=True, align="right")
    x, width = columns["quantity"]
    yield cell(str(line.quantity), x, width, 7, bold=True, align="right")
    x, width = columns["to"]
    for row, (number, quantity) in enumerate(line.targets):
        y = row * 7.4
        mark = str(number) if number else words("papers.pick.bulk")
        box = 8.0 if number else 15.0
        yield Box(x, y, box, 6.6, filled=True)
        yield Text(
            mark, x + 0.5, y + 0.6, box - 1, 5, weight="bold", align="center", inverse=True, min_size=2.4, name="target"
        )
        yield cell(f"× {quantity}", x + box + 1.5, width - box - 1.5, 5, y=y + 0.6, bold=True)
