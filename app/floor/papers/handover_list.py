"""What a driver signs: the parcels that leave with one carrier at one time. Pure: equal values give equal bytes."""

from dataclasses import dataclass

from app.floor.papers.pages import Sheet, cell
from app.floor.papers.words import Words, counted, kilograms
from printers import Barcode, Line


@dataclass(frozen=True, slots=True)
class HandoverParcel:
    """One parcel on the list. Weight in grams."""

    parcel: str
    tracking: str
    country_code: str
    weight_g: int


@dataclass(frozen=True, slots=True)
class HandoverList:
    """One closed handover; `code` is what is scanned to find it again."""

    code: str
    carrier: str
    warehouse: str
    date: str
    parcels: tuple[HandoverParcel, ...]


def handover_list(value: HandoverList, words: Words) -> bytes:
    """An A4 PDF: every parcel, their number and weight, lines to sign. Raises NoFont, BadSymbol."""
    sheet = Sheet("A4", words("papers.handover.title"), words)
    left, right = sheet.left, sheet.right
    sheet.row(
        [
            cell(words("papers.handover.title"), left, 90, 8, bold=True),
            cell(value.carrier, left, 90, 6.5, y=11, bold=True),
            cell(f"{value.warehouse} · {value.date}", left, 90, 4, y=19.5),
            Barcode("code128", value.code, right - 80, 0, 80, 22, readable_size=3.2, name="handover code"),
        ],
        gap=5,
    )
    columns = ((left, 9.0), (left + 13, 45.0), (left + 60, 66.0), (left + 128, 20.0), (right - 32, 32.0))
    names = ("number", "parcel", "tracking", "country", "weight")
    head = [
        cell(words(f"papers.handover.{name}"), x, width, 3, align="right" if name in ("number", "weight") else "left")
        for name, (x, width) in zip(names, columns, strict=True)
    ]
    rows = []
    for number, parcel in enumerate(value.parcels, start=1):
        texts = (str(number), parcel.parcel, parcel.tracking, parcel.country_code)
        row = [
            cell(text, x, width, 3.8, bold=index == 1, align="right" if index == 0 else "left")
            for index, (text, (x, width)) in enumerate(zip(texts, columns, strict=False))
        ]
        row.append(cell(kilograms(parcel.weight_g, words), *columns[4], 3.8, align="right"))
        rows.append(row)
    sheet.table(head, rows)
    sheet.space(3)
    total = sum(parcel.weight_g for parcel in value.parcels)
    sheet.row(
        [
            cell(counted("papers.handover.total", len(value.parcels), words), left, 110, 6, bold=True),
            cell(kilograms(total, words), right - 60, 60, 6, bold=True, align="right"),
        ],
        gap=4,
    )
    third = (sheet.full - 12) / 3
    signed = [(left + i * (third + 6), name) for i, name in enumerate(("handed_over", "taken_over", "time"))]
    sheet.row(
        [Line(x, 16, third, 0.3) for x, _ in signed]
        + [cell(words(f"papers.handover.{name}"), x, third, 3, y=17.2) for x, name in signed]
    )
    return sheet.pdf()
