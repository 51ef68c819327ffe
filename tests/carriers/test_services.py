"""Services: what they carry, for how much, and how they are stated, kept and checked."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import BadInput
from app.base.money import Money
from app.base.paths import RESOURCES
from app.base.wording import known, languages
from app.carriers import store
from app.carriers.check import check
from app.carriers.service import CannotCarry, Carrier, Quote, Rate, Service, quote
from app.carriers.stated import read_carriers
from app.db import Database

NEAR = Rate("Near", ("DE", "AT"), "EUR", 400, 20)
WORLD = Rate("World", ("*",), "EUR", 1500, 600)
SERVICE = Service(
    "RKP", "RKP-HOME", "LEJ", "Paket", "parcel", "17:30", ("DDP",), ("aerosol",), 10_000, 1_000, 2, 4, (NEAR, WORLD)
)


def test_the_first_rate_that_names_the_country_counts() -> None:
    near, far = quote(SERVICE, "AT", 900, (10, 10, 10)), quote(SERVICE, "JP", 900, (10, 10, 10))
    assert isinstance(near, Quote)
    assert isinstance(far, Quote)
    assert (near.zone, near.price) == ("Near", Money(420, "EUR"))
    assert (far.zone, far.price) == ("World", Money(2100, "EUR"))


@pytest.mark.parametrize(("grams", "minor"), [(0, 420), (1, 420), (1000, 420), (1001, 440), (9999, 600)])
def test_each_kilogram_begun_is_paid(grams: int, minor: int) -> None:
    asked = quote(SERVICE, "DE", grams, (10, 10, 10))
    assert isinstance(asked, Quote)
    assert asked.price.minor == minor


@pytest.mark.parametrize(
    ("service", "country", "grams", "sides", "tags", "reason"),
    [
        (replace(SERVICE, rates=(NEAR,)), "JP", 1, (1, 1, 1), (), "no_rate"),
        (SERVICE, "DE", 10_001, (1, 1, 1), (), "too_heavy"),
        (SERVICE, "DE", 1, (1, 1_001, 1), (), "too_long"),
        (SERVICE, "DE", 1, (1, 1, 1), ("liquid", "aerosol"), "forbidden"),
    ],
)
def test_what_it_may_not_carry_is_answered_with_a_reason_that_has_words(
    service: Service, country: str, grams: int, sides: tuple[int, int, int], tags: tuple[str, ...], reason: str
) -> None:
    answer = quote(service, country, grams, sides, tags)
    assert isinstance(answer, CannotCarry)
    assert answer.reason == reason
    assert all(known(f"carriers.{reason}", language) for language in languages())


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_heavier_parcel_never_costs_less(one: int, other: int) -> None:
    light, heavy = sorted((one, other))
    assert NEAR.price(light).minor <= NEAR.price(heavy).minor


def test_the_demo_site_states_two_carriers_or_more_for_each_warehouse() -> None:
    carriers, services = read_carriers(tomllib.loads((RESOURCES / "demo" / "site.toml").read_text("utf-8")))
    assert len(carriers) == 6
    by_warehouse: dict[str, set[str]] = {}
    for service in services:
        by_warehouse.setdefault(service.warehouse, set()).add(service.carrier)
    assert {len(of) for of in by_warehouse.values()} == {2}


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("drop_off",), "5 pm", "drop_off"),
        (("kind",), "drone", "kind"),
        (("incoterms",), ["EXW"], "incoterms"),
        (("max_weight_g",), 0, "max_weight_g"),
        (("max_weight_g",), True, "max_weight_g"),
        (("name",), " ", "name"),
        (("rate",), "dear", "rate"),
        (("rate", 0, "countries"), ["Germany"], "countries"),
        (("rate", 0, "base"), -1, "base"),
        (("rate", 0, "currency"), "euro", "currency"),
    ],
)
def test_a_wrong_service_is_refused_with_its_place(path: tuple[str | int, ...], value: object, field: str) -> None:
    site = tomllib.loads((RESOURCES / "demo" / "site.toml").read_text("utf-8"))
    target = site["carrier"][0]["service"][1]
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    with pytest.raises(BadInput) as refused:
        read_carriers(site)
    assert refused.value.field == field
    assert "carrier 1 (PDP), service 2" in refused.value.at


def test_a_service_stated_twice_is_refused() -> None:
    site = tomllib.loads((RESOURCES / "demo" / "site.toml").read_text("utf-8"))
    site["carrier"][0]["service"].append(site["carrier"][0]["service"][0])
    with pytest.raises(BadInput, match="stated twice"):
        read_carriers(site)


def test_services_come_back_as_they_were_kept_and_older_ones_are_gone(database: Database) -> None:
    other = replace(SERVICE, warehouse="SZX", code="OTHER")
    with database.write() as tx:
        store.replace_services(tx, [Carrier("OLD", "Old")], [replace(SERVICE, carrier="OLD")])
        store.replace_services(tx, [Carrier("RKP", "Rotkehlchen")], [SERVICE, other])
    with database.read() as tx:
        assert store.services(tx) == (SERVICE, other)
        assert store.services(tx, "SZX") == (other,)
        assert store.carriers(tx) == {"RKP": Carrier("RKP", "Rotkehlchen")}


def test_check_finds_each_planted_fault(database: Database) -> None:
    stray = replace(SERVICE, carrier="NOBODY", warehouse="NOWHERE", rates=(), days_p50=9)
    with database.write() as tx:
        store.replace_services(tx, [], [stray])
        found = {finding.rule for finding in check(tx)}
    assert found == {
        "service_has_carrier",
        "service_leaves_from_somewhere",
        "service_has_a_price",
        "days_are_in_order",
    }
