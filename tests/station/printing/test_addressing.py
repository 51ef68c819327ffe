"""Address lines: the destination's own order, and no part lost on the way."""

from __future__ import annotations

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from app.orders.order import Address
from app.station.printing.addressing import address_lines, country_name

COUNTRIES = sorted(code for code in Locale("en").territories if len(code) == 2 and code.isalpha())


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        (
            Address(
                name="Ada Muster", street=("Lange Straße 1", "Hinterhaus"), city="Köln", postcode="50667", country="DE"
            ),
            ("Ada Muster", "Lange Straße 1", "Hinterhaus", "50667 KÖLN"),
        ),
        (
            Address(name="Jo", street=("1 Main St",), city="Reno", region="NV", postcode="89501", country="US"),
            ("Jo", "1 Main St", "RENO, NV 89501"),
        ),
        (
            Address(
                name="山田花子",
                street=("霞が関1-1",),
                city="千代田区",
                region="東京都",
                postcode="100-0013",
                country="JP",
            ),
            ("〒100-0013", "東京都", "千代田区", "霞が関1-1", "山田花子"),
        ),
    ],
)
def test_lines_stand_as_the_destination_writes_them(address: Address, lines: tuple[str, ...]) -> None:
    assert address_lines(address) == lines


@given(st.sampled_from(COUNTRIES), st.sets(st.sampled_from(["city", "region", "postcode", "company"])))
def test_no_part_of_an_address_is_lost_in_any_country(country: str, given_parts: set[str]) -> None:
    parts = {name: f"the {name}" for name in given_parts}
    text = "\n".join(
        address_lines(Address(name="the name", street=("the street",), country=country, **parts))
    ).casefold()
    for part in ("the name", "the street", *parts.values()):
        assert part in text


def test_a_country_that_is_none_still_gives_all_lines() -> None:
    assert address_lines(Address(name="A", street=("B",), city="C", country="")) == ("A", "B", "C")
    assert country_name("DE") == "Germany"


def test_a_greek_town_in_capitals_bears_no_accent_and_a_name_keeps_its_own() -> None:
    lines = address_lines(
        Address(name="Ελένη Παπαδοπούλου", street=("Ιπποκράτους 54",), city="Αθήνα", postcode="106 80", country="GR")
    )
    assert lines == ("Ελένη Παπαδοπούλου", "Ιπποκράτους 54", "106 80 ΑΘΗΝΑ")
