"""The label on a parcel, 100 × 150 mm, whoever carries it. Pure: equal values give equal labels, so equal bytes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.floor.papers.words import Words, kilograms
from printers import Barcode, Box, Label, Line, Text
from printers.label import Element

WIDTH, HEIGHT = 100.0, 150.0
_LEFT, _RIGHT = 4.0, 96.0
_FULL = _RIGHT - _LEFT
_SIDE = 71.5
"""Where the narrow column with country and parcel number begins."""
_RULE = 0.4


@dataclass(frozen=True, slots=True)
class ParcelLabel:
    """Everything that stands on one copy of one label. Weight in grams; lines may be in any script."""

    parcel: str
    order: str
    shipment: str
    number: int
    of: int
    carrier: str
    service: str
    sscc: str
    tracking: str
    demo: bool
    """No carrier issued the tracking number; the label says so in large letters."""
    sender: tuple[str, ...]
    recipient: tuple[str, ...]
    """Name and address as the destination writes them, without the country."""
    country: str
    """In English, as carriers ask."""
    country_code: str
    weight_g: int
    issue: int
    copy: int
    job: str
    date: str
    """As the warehouse writes dates."""
    incoterm: str = ""
    notes: str = ""


def parcel_label(value: ParcelLabel, words: Words) -> Label:
    """The label in millimetres. Raises BadSymbol for an SSCC or tracking number that no barcode can carry.

    The recipient shrinks to fit and is never cut: rendering raises TextTooLong instead. Carrier, service, sender
    and notes may end in an ellipsis.
    """
    flow = 75.6
    elements: list[Element] = [*_head(value), *_recipient(value, words), *_side(value, words), *_facts(value, words)]
    if value.notes:
        elements.append(_small(value.notes, _LEFT, flow + 1.4, _FULL, size=2.9, name="notes"))
        flow += 5.6
    if value.demo:
        elements += _banner(words("papers.label.demo_banner"), flow + 1.2, 7.4)
        flow += 9.6
    else:
        elements.append(Line(_LEFT, flow, _FULL, _RULE))
        flow += 0.8
    elements += _barcodes(value, words, flow)
    footer = words("papers.label.footer", issue=value.issue, job=value.job)
    elements.append(_small(footer, _LEFT, 145.2, _FULL, size=2.4, align="center", name="footer"))
    return Label(WIDTH, HEIGHT, elements)


def _head(value: ParcelLabel) -> Iterator[Element]:
    first, *others = value.sender or ("",)
    yield _small(first, _LEFT, 3.6, 50, size=3.4, weight="bold", name="sender")
    yield _small(", ".join(others), _LEFT, 7.8, 50, size=2.7, lines=2, name="sender address")
    yield Text(
        value.carrier, 56, 3.2, 40, 5.2, weight="bold", align="right", overflow="ellipsis", min_size=3.0, name="carrier"
    )
    service = " · ".join(part for part in (value.service, value.incoterm) if part)
    yield _small(service, 56, 9.4, 40, size=3.4, align="right", name="service")
    yield Line(_LEFT, 14.6, _FULL, 0.6)


def _recipient(value: ParcelLabel, words: Words) -> Iterator[Element]:
    yield _small(words("papers.label.to"), _LEFT, 16.2, 30, size=2.6, name="caption")
    yield Text(
        "\n".join(value.recipient),
        _LEFT,
        19.8,
        _SIDE - _LEFT - 2.5,
        5.4,
        height=34.0,
        max_lines=12,
        min_size=2.2,
        weight="bold",
        name="recipient",
    )
    yield Text(
        value.country.upper(),
        _LEFT,
        55.2,
        _SIDE - _LEFT - 2.5,
        6.6,
        weight="bold",
        align="left",
        overflow="ellipsis",
        min_size=3.0,
        name="country",
    )
    yield Line(_LEFT, 63.4, _FULL, 0.6)


def _side(value: ParcelLabel, words: Words) -> Iterator[Element]:
    width = _RIGHT - _SIDE - 1.5
    x = _SIDE + 1.5
    yield Line(_SIDE, 14.6, 0.6, 48.8)
    yield Text(value.country_code, x, 16.6, width, 19.0, weight="bold", align="center", min_size=8, name="country code")
    marks = [words("papers.label.copy", copy=value.copy)] if value.copy > 1 else []
    marks += [words("papers.label.demo")] if value.demo else []
    y = 36.4
    for mark in marks:
        yield Box(x, y, width, 7.0, filled=True)
        yield Text(mark, x, y + 0.75, width, 5.6, weight="bold", align="center", inverse=True, name="mark")
        y += 7.8
    yield _small(words("papers.label.parcel"), x, 51.8, width, size=2.6, align="center", name="caption")
    parcel = words("papers.label.n_of_m", n=value.number, m=value.of)
    yield Text(parcel, x, 54.6, width, 7.4, weight="bold", align="center", min_size=4, name="parcel n of m")


def _facts(value: ParcelLabel, words: Words) -> Iterator[Element]:
    cells = (
        ("weight", kilograms(value.weight_g, words), 18.0),
        ("date", value.date, 20.5),
        ("order", value.order, 22.5),
        ("parcel_id", value.parcel, 31.0),
    )
    x = _LEFT
    for key, text, width in cells:
        yield _small(words(f"papers.label.{key}"), x, 65.0, width - 1, size=2.5, name="caption")
        yield Text(text, x, 68.2, width - 1.5, 4.8, weight="bold", overflow="ellipsis", name=key)
        x += width


def _barcodes(value: ParcelLabel, words: Words, top: float) -> Iterator[Element]:
    """Two symbols that share what is left of the label; the tracking number is the carrier's, so it stands first."""
    caption, gap, foot = 4.0, 2.0, 144.6
    height = (foot - top - 2 * caption - gap) / 2
    y = top + 0.6
    yield _small(words("papers.label.tracking"), _LEFT, y, _FULL, size=2.6, name="caption")
    yield Barcode(
        "code128",
        value.tracking,
        _LEFT,
        y + caption,
        _FULL,
        height,
        module=0.5,
        readable_text=_grouped(value.tracking),
        readable_size=4.4,
        name="tracking number",
    )
    y += caption + height + 0.6
    yield Line(_LEFT, y, _FULL, _RULE)
    y += 0.8
    yield _small(words("papers.label.sscc"), _LEFT, y, _FULL, size=2.6, name="caption")
    yield Barcode(
        "gs1_128",
        (("00", value.sscc),),
        _LEFT,
        y + caption,
        _FULL,
        foot - y - caption,
        module=0.5,
        readable_text=f"(00) {value.sscc[:1]} {value.sscc[1:8]} {value.sscc[8:17]} {value.sscc[17:]}",
        readable_size=4.4,
        name="SSCC",
    )


def _banner(text: str, y: float, height: float) -> Iterator[Element]:
    yield Box(_LEFT, y, _FULL, height, filled=True)
    size = height * 0.74
    yield Text(
        text,
        _LEFT + 2,
        y + (height - size) / 2 + 0.2,
        _FULL - 4,
        size,
        weight="bold",
        align="center",
        min_size=2.5,
        overflow="ellipsis",
        inverse=True,
        name="banner",
    )


def _small(
    text: str,
    x: float,
    y: float,
    width: float,
    *,
    size: float,
    name: str,
    lines: int = 1,
    align: str = "left",
    weight: str = "regular",
) -> Text:
    return Text(
        text,
        x,
        y,
        width,
        size,
        max_lines=lines,
        min_size=2.0,
        weight="bold" if weight == "bold" else "regular",
        align="right" if align == "right" else "center" if align == "center" else "left",
        overflow="ellipsis",
        name=name,
    )


def _grouped(tracking: str) -> str:
    """Grouped as people read numbers aloud: a postal identifier (S10) as its standard writes it, others by four."""
    if postal := re.fullmatch(r"([A-Z]{2})([0-9]{3})([0-9]{3})([0-9]{3})([A-Z]{2})", tracking):
        return " ".join(postal.groups())
    if not (tracking.isascii() and tracking.isalnum()) or len(tracking) <= 6:
        return tracking
    first = len(tracking) % 4 or 4
    groups = [tracking[:first], *(tracking[i : i + 4] for i in range(first, len(tracking), 4))]
    return " ".join(groups)
