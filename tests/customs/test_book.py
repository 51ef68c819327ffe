"""The books of resources: every file whole and sourced, wrong ones refused with their place."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from app.base.errors import BadInput
from app.base.paths import RESOURCES
from app.customs.book import books, read_books
from app.customs.restrictions import restricting
from app.customs.tariff import STALE_AFTER

EU = [c for c in books().tariff.territories["EU"] if c != "MC"]  # Monaco is in the union, its tax is French
TODAY = date(2026, 11, 22)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The program's own books, to be spoilt."""
    for folder in ("tariff", "rules"):
        shutil.copytree(RESOURCES / folder, tmp_path / folder)
    return tmp_path


def test_every_rule_says_where_it_comes_from_and_when_it_was_looked_at() -> None:
    found = books()
    for rule in (*found.tariff.rules, *found.restrictions):
        assert len(rule.source) > 10, rule.id
        assert rule.checked_on <= TODAY, rule.id


def test_every_file_of_the_books_is_read(copied: Path) -> None:
    before = len(read_books(copied).tariff.rules)
    for file in sorted((copied / "tariff").glob("*.toml")):
        text = file.read_text("utf-8")
        if "[[rule]]" in text:
            file.write_text(text.split("[[rule]]")[0], "utf-8")
            assert len(read_books(copied).tariff.rules) < before, file.name
            file.write_text(text, "utf-8")


@pytest.mark.parametrize("country", [*EU, "GB", "CH", "NO", "CA", "AU", "NZ", "JP", "KR", "SG", "AE", "SA", "BR", "TR"])
def test_each_market_has_one_standard_tax_rate_in_force(country: str) -> None:
    rules = books().tariff.in_force(country, TODAY)
    standard = [r for r in rules if r.kind == "vat" and not r.hs]
    assert len(standard) == 1
    assert 5 <= standard[0].value <= 27


def test_no_two_rules_of_a_kind_say_different_things_at_once() -> None:
    """Two rules alike differ in where the goods come from, their value or their HS code."""
    tariff = books().tariff
    for country in {c for rule in tariff.rules for c in rule.countries}:
        seen = set()
        for rule in tariff.in_force(country, TODAY):
            key = (rule.kind, rule.basis, rule.hs, rule.shipped_from, rule.above, rule.at_most)
            if rule.kind != "doc":
                assert key not in seen, rule.id
                seen.add(key)


def test_the_three_euros_of_the_item_line_begin_and_end_on_their_days() -> None:
    tariff = books().tariff
    ids = {day: {r.id for r in tariff.in_force("FR", day)} for day in (date(2026, 6, 30), date(2026, 7, 1))}
    assert "eu.duty.line" not in ids[date(2026, 6, 30)]
    assert "eu.duty.line.before" in ids[date(2026, 6, 30)]
    assert "eu.duty.line" in ids[date(2026, 7, 1)]
    assert "eu.duty.line" in {r.id for r in tariff.in_force("FR", date(2028, 6, 30))}
    assert "eu.duty.line" not in {r.id for r in tariff.in_force("FR", date(2028, 7, 1))}


def test_a_customs_union_has_no_border_inside() -> None:
    tariff = books().tariff
    assert not tariff.crosses("DE", "FR")
    assert not tariff.crosses("CH", "LI")
    assert tariff.crosses("DE", "GB")
    assert not tariff.crosses("JP", "JP")


def test_a_rule_nobody_looked_at_for_long_is_to_be_verified() -> None:
    rule = next(r for r in books().tariff.rules if r.confidence == "A")
    assert not rule.verify(rule.checked_on + STALE_AFTER)
    assert rule.verify(rule.checked_on + STALE_AFTER + timedelta(days=1))
    assert all(r.verify(TODAY) for r in books().tariff.rules if r.confidence == "C")


def test_the_version_names_the_very_content(copied: Path) -> None:
    before = read_books(copied).version
    assert read_books(copied).version == before == books().version
    file = copied / "tariff" / "oceania.toml"
    file.write_text(file.read_text("utf-8").replace('value = "2.21"', 'value = "2.22"'), "utf-8")
    assert read_books(copied).version != before


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('value = "20"', 'value = "twenty"', "gb.vat"),
        ('kind = "precollect"', 'kind = "precolect"', "gb.precollect"),
        ('at_most = "135"', 'at_least = "135"', "at_least"),
        ('at_most = "135"\n', "", "at_most"),
        ('currency = "GBP"\n', "", "currency"),
        ('currency = "GBP"', 'currency = "GBX"', "GBX"),
        ('id = "gb.vat.zero"', 'id = "gb.vat"', "gb.vat"),
        ("valid_from = 2011-01-04", 'valid_from = "long ago"', "gb.vat"),
        ("valid_from = 2011-01-04", "valid_from = 2011-01-04\nvalid_to = 2010-01-01", "valid_to"),
        ('value = "8.1"', 'value = "-8.1"', "value"),
        ("[[rule]]", "[[rool]]", "rool"),
        ("[[rule]]", "[[rule", "europe.toml"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(copied: Path, old: str, new: str, place: str) -> None:
    file = copied / "tariff" / "europe.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(BadInput) as refused:
        read_books(copied)
    assert place in str(refused.value)


def test_without_exchange_rates_there_are_no_books(copied: Path) -> None:
    (copied / "tariff" / "exchange.toml").unlink()
    with pytest.raises(BadInput, match="exchange"):
        read_books(copied)


@pytest.mark.parametrize(
    ("country", "tags", "minor", "rules"),
    [
        ("DE", (), 100, []),
        ("KP", (), 100, ["embargo.kp"]),
        ("CU", (), 100, ["embargo.cu"]),
        ("DE", ("battery_alone", "aerosol", "liquid"), 100, ["together.battery_aerosol"]),
        ("DE", ("battery_contained", "aerosol"), 100, []),
        ("KG", (), 99_999, []),
        ("KG", (), 100_000, ["risk.passed_on"]),
    ],
)
def test_restrictions_hold_what_they_name_and_nothing_else(
    country: str, tags: tuple[str, ...], minor: int, rules: list[str]
) -> None:
    found = restricting(
        books().restrictions,
        country=country,
        tags=tags,
        total_minor=minor,
        currency="EUR",
        exchange=books().tariff.exchange,
        on=TODAY,
    )
    assert [rule.id for rule in found] == rules


def test_converting_knows_currencies_without_decimals() -> None:
    exchange = books().tariff.exchange
    assert exchange.convert(100, "EUR", "JPY") == 176
    assert exchange.convert(176, "JPY", "EUR") == 100
    assert exchange.exact(15_000, "EUR", "EUR") == Decimal(150)
