"""Money: exact, never mixed, never lost in a division."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel.core import get_global
from babel.numbers import get_territory_currencies
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import BadInput
from app.base.money import CURRENCIES, Money, exponent, parse_decimal, rounded, share


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=20))
def test_shares_sum_to_the_whole_and_none_is_off_by_more_than_one(total: int, weights: list[int]) -> None:
    parts = share(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    if whole:
        assert all(abs(p - total * w / whole) <= 1 + 1e-6 * abs(total) for p, w in zip(parts, weights, strict=True))


def test_currencies_are_never_added() -> None:
    with pytest.raises(ValueError, match="cannot add"):
        Money(1, "EUR") + Money(1, "USD")


def test_amounts_are_shown_with_the_decimals_of_their_currency() -> None:
    assert (str(Money(1234, "EUR")), str(Money(1234, "JPY")), str(Money(1234, "KWD"))) == (
        "12.34 EUR",
        "1234 JPY",
        "1.234 KWD",
    )
    assert (exponent("EUR"), exponent("JPY"), exponent("BHD")) == (2, 0, 3)


def test_a_price_finer_than_the_minor_unit_is_rounded_once_half_away_from_zero() -> None:
    assert rounded(Decimal("0.125") * 3, "EUR") == 38
    assert rounded(Decimal("-0.125"), "EUR") == -13
    assert rounded(Decimal("0.5"), "JPY") == 1


@pytest.mark.parametrize("bad", ["", "abc", "NaN", "Infinity", "1e400", "1,50", None, True, [], "9" * 20])
def test_what_is_no_exact_number_is_refused_with_what_was_got(bad: object) -> None:
    with pytest.raises(BadInput):
        parse_decimal(bad)


def test_exact_numbers_are_kept_exactly() -> None:
    assert parse_decimal(" 1.005 ") == Decimal("1.005")
    assert parse_decimal(0.1) == Decimal("0.1")


def test_every_currency_in_use_anywhere_is_known() -> None:
    """By somebody else's list: CLDR's, of what each land pays with today."""
    assert {code for land in get_global("territory_currencies") for code in get_territory_currencies(land)} < CURRENCIES
    assert not {"XYZ", "XXX", "XTS", "eur", ""} & CURRENCIES
