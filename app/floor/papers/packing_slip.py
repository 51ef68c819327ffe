"""What a customer finds in the box. Pure: equal values give equal bytes."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.floor.papers.pages import PaperSize, Sheet, cell
from app.floor.papers.words import Words, counted
from printers.label import Element


@dataclass(frozen=True, slots=True)
class SlipLine:
    """So many of one thing, by the name the customer bought it under."""

    title: str
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class SlipParcel:
    """What lies in one parcel."""

    parcel: str
    lines: tuple[SlipLine, ...]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Items of the order that come in another shipment, and from where."""

    items: int
    place: str


@dataclass(frozen=True, slots=True)
class PackingSlip:
    """One shipment's slip. `number` of `of` shipments; the recipient's lines may be in any script."""

    shop: str
    order: str
    shipment: str
    date: str
    number: int
    of: int
    recipient: tuple[str, ...]
    returns: tuple[str, ...]
    parcels: tuple[SlipParcel, ...]
    elsewhere: tuple[Elsewhere, ...] = ()


def packing_slip(value: PackingSlip, words: Words, size: PaperSize = "A4") -> bytes:
    """A PDF in the language that `words` speaks. Raises NoFont."""
    narrow = size == "A5"
    sheet = Sheet(size, words("papers.slip.title"), words, margin=10 if narrow else 16)
    half = sheet.full / 2 - 3
    middle = sheet.left + half + 6
    sheet.row(
        [
            cell(value.shop, sheet.left, half, 6.5 if narrow else 8, bold=True),
            cell(words("papers.slip.title"), middle, half, 5 if narrow else 6, y=0.8, align="right"),
        ],
        gap=1,
    )
    sheet.rule(0.6, gap=4)
    address = "\n".join(value.recipient)
    sheet.row(
        [
            cell(words("papers.slip.for"), sheet.left, half, 2.8),
            cell(address, sheet.left, half, 4.2, y=4.2, lines=8),
            *_facts(value, words, middle, half),
        ],
        gap=5,
    )
    for note in _notes(value, words):
        sheet.row([cell(note, sheet.left, sheet.full, 4.2, bold=True, lines=2)], gap=2)
    for parcel in value.parcels:
        _content(sheet, parcel, len(value.parcels), words)
    sheet.space(4)
    sheet.row(
        [
            cell(words("papers.slip.returns"), sheet.left, sheet.full, 3.6, bold=True),
            cell(", ".join(value.returns), sheet.left, sheet.full, 3.4, y=5, lines=3),
        ]
    )
    return sheet.pdf()


def _facts(value: PackingSlip, words: Words, x: float, width: float) -> Iterator[Element]:
    facts = (("order", value.order), ("shipment", value.shipment), ("date", value.date))
    for index, (key, text) in enumerate(facts):
        yield cell(words(f"papers.slip.{key}"), x, width * 0.38, 3.0, y=4.6 + index * 6.4)
        yield cell(text, x + width * 0.4, width * 0.6, 4.2, y=3.6 + index * 6.4, bold=True, align="right")


def _notes(value: PackingSlip, words: Words) -> Iterator[str]:
    """Of the form: shipment 1 of 2: 3 items come from Shenzhen."""
    if value.of > 1:
        rest = ", ".join(counted("papers.slip.elsewhere", e.items, words, place=e.place) for e in value.elsewhere)
        begins = words("papers.slip.n_of_m", n=value.number, m=value.of)
        yield f"{begins}: {rest}" if rest else begins


def _content(sheet: Sheet, parcel: SlipParcel, parcels: int, words: Words) -> None:
    quantity = 18.0
    if parcels > 1:
        sheet.room_for(30)
        sheet.space(2)
        sheet.row([cell(words("papers.slip.in_parcel", parcel=parcel.parcel), sheet.left, sheet.full, 4, bold=True)])
    title = sheet.left + quantity + 3
    sku = sheet.full * 0.24
    width = sheet.full - quantity - 3 - sku - 3
    head = [
        cell(words("papers.slip.quantity"), sheet.left, quantity, 2.8, align="right"),
        cell(words("papers.slip.item"), title, width, 2.8),
        cell(words("papers.slip.sku"), sheet.right - sku, sku, 2.8, align="right"),
    ]
    rows = [
        [
            cell(str(line.quantity), sheet.left, quantity, 4.2, bold=True, align="right"),
            cell(line.title, title, width, 4.2, lines=3),
            cell(line.sku, sheet.right - sku, sku, 3.2, y=0.7, lines=2, align="right"),
        ]
        for line in parcel.lines
    ]
    sheet.table(head, rows)
