"""A parcel label from its values to the bytes a printer takes: Latin by the printer's fonts, other scripts drawn."""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import partial
from time import perf_counter

from app.base.ids import gs1_check_digit
from app.base.wording import word
from app.bench.asked import Asked
from app.bench.figures import Figures, spread
from app.floor.papers.parcel_label import ParcelLabel, parcel_label
from app.orders.order import Address
from app.station.printing.addressing import address_lines, country_name
from app.upkeep.demo import FOLDER as DEMO
from printers.model import ZPL_203
from printers.registry import render

# Addresses of the demo by the country that writes so.
_LATIN = ("US", "GB", "DE", "FR")
_DRAWN = {"greek": ("GR",), "chinese": ("CN", "TW", "HK"), "arabic": ("AE", "SA", "EG")}
_LABELS = 200
_LABEL = ParcelLabel(
    parcel="DE-1042-1/1", order="1042", shipment="DE-1042-1", number=1, of=1, carrier="Gelbe Post", service="Standard",
    sscc="", tracking="", demo=True, sender=("Lindenhof Kontor", "Messeallee 12", "04356 Leipzig"), recipient=(),
    country="", country_code="", weight_g=1240, issue=1, copy=1, job="PBJERTUIOPS", date="2026-11-22",
)  # fmt: skip


def run(asked: Asked) -> Figures:
    """Each label has a number, a tracking number and an address of its own; the first of a script loads its font."""
    found: Figures = {"what": "ParcelLabel to ZPL bytes at 203 dpi"}
    for script, countries in {"latin": _LATIN, **_DRAWN}.items():
        values = [_label(n, address) for n, address in enumerate(_addresses(countries, asked.many(_LABELS)))]
        first = _milliseconds(values[0])
        times = [[_milliseconds(value) for value in values] for _ in range(asked.runs)]
        found[script] = spread(times, "ms", at_most=5 if script == "latin" else 60) | {"first": round(first, 3)}
    return found


def _addresses(countries: tuple[str, ...], how_many: int) -> list[Address]:
    with (DEMO / "people.csv").open(encoding="utf-8", newline="") as rows:
        people = [row for row in csv.DictReader(rows) if row["country"] in countries]
    people = [row for row in people if countries == _LATIN or not row["name"].isascii()] or people
    found = [
        Address(
            name=row["name"],
            company=row["company"],
            street=tuple(filter(None, (row["street1"], row["street2"]))),
            city=row["city"],
            region=row["region"],
            postcode=row["postcode"],
            country=row["country"],
        )
        for row in people
    ]
    return [found[n % len(found)] for n in range(how_many)]


def _label(n: int, to: Address) -> ParcelLabel:
    digits = f"39521234{n:09d}"
    return replace(
        _LABEL,
        parcel=f"DE-{n}-1/1",
        order=str(n),
        shipment=f"DE-{n}-1",
        sscc=digits + gs1_check_digit(digits),
        tracking=f"GX{n:09d}",
        recipient=address_lines(to),
        country=country_name(to.country),
        country_code=to.country,
    )


def _milliseconds(value: ParcelLabel) -> float:
    started = perf_counter()
    assert render(parcel_label(value, partial(word, language="en")), ZPL_203)
    return (perf_counter() - started) * 1000
