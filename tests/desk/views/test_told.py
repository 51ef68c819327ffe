"""Timelines, cases, addresses and traces in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from app.base.clock import SystemClock
from app.base.wording import known, languages
from app.cases.case import KINDS
from app.db import Database, open_database
from app.desk.views import told
from app.desk.views.address_fields import place_fields
from app.desk.views.why import why
from tests.demo_shop import Shop, demo, demo_template

__all__ = ["demo", "demo_template"]


@pytest.fixture
def database(demo: Shop) -> Iterator[Database]:
    with closing(open_database(demo.url)) as opened:
        yield opened


@pytest.mark.parametrize("language", languages())
def test_every_kind_act_and_field_has_its_words(language: str) -> None:
    acts = {act for some in KINDS.values() for act in some}
    keys = [f"screens_desk.kind.{kind}" for kind in KINDS] + [f"screens_desk.act.{act}" for act in acts]
    assert [key for key in keys if not known(key, language)] == []


def test_what_a_country_calls_its_places_has_words() -> None:
    codes = ("DE", "US", "JP", "GB", "IE", "IN", "HK", "AE", "BR", "CA", "BS", "RU", "CO", "SV", "JM", "KR", "TW", "AU")
    called = {field.called for code in codes for field in place_fields(code)}
    assert [name for name in called if not known(f"screens_desk.called.{name}")] == []


@pytest.mark.parametrize(
    ("country", "names"),
    [
        ("DE", ["postcode", "city"]),
        ("US", ["city", "region", "postcode"]),
        ("JP", ["postcode", "region"]),
        ("HK", ["region", "city"]),
        ("AE", ["region"]),
        ("??", ["postcode", "city", "region"]),
        ("", ["postcode", "city", "region"]),
    ],
)
def test_fields_stand_as_the_country_writes_its_envelopes(country: str, names: list[str]) -> None:
    assert [field.name for field in place_fields(country)] == names


def test_an_event_is_said_with_states_and_cases_in_words() -> None:
    assert told.happened("state", {"from": "", "to": "ready"}, "en") == "ready to pick"
    assert told.happened("state", {"from": "ready", "to": "picking"}, "en") == "ready to pick → being picked"
    at = {"from": "ready", "to": "picking", "station": "S2"}
    assert told.happened("state", at, "en") == "ready to pick → being picked at S2"
    assert told.happened("held", {"cases": ["risk"]}, "en") == "held"
    assert told.happened("never_heard_of", {}, "en") == "never heard of"


@pytest.mark.parametrize(
    ("kind", "detail", "line"),
    [
        ("incomplete_address", {"fields": {"city": "required"}, "country": "GB"}, "Town is missing"),
        ("unknown_sku", {"codes": ["A", "B"]}, "A · B"),
        ("short_stock", {"missing": {"CUP": 2}}, "2 × CUP"),
        ("incomplete_product", {"missing": {"CUP": ["weight_g"]}}, "CUP: weight_g"),
        ("short_pick", {"sku": "CUP", "units": 3, "place": "A-01"}, "3 × CUP · A-01"),
        ("put_back", {"units": 4}, "units: 4"),
        ("risk", {"version": "1", "country": "KG"}, ""),
        ("unknown_sku", {}, ""),
    ],
)
def test_a_case_says_what_it_needs(kind: str, detail: dict[str, object], line: str) -> None:
    assert told.needs(kind, detail, "en") == line


def test_a_planned_order_says_why_and_a_held_one_what_stands_against_it(database: Database) -> None:
    now = SystemClock().now()
    planned = why(database, "DE-1042", now, "en")
    assert {one.severity for one in planned} <= {"ok", "warn"}
    assert any("no warehouse can send it all" in one.text for one in planned)
    held = why(database, "DE-1041", now, "en")
    assert [one.severity for one in held if "TEAPOT-IRON" in one.text] == ["stop"]
    assert all(f"({one.rule})" not in one.text for one in (*planned, *held))
