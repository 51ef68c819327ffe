"""What a cart would cost to deliver, and the words a plan is told in."""

from __future__ import annotations

import json
import re
import tomllib

import pytest

from app.base.errors import BadInput
from app.base.paths import RESOURCES, ROOT
from app.base.wording import languages
from app.db import Database
from app.planning.cart import read_cart
from app.planning.plan import explain
from app.planning.quote import quote_cart
from app.planning.said import said
from app.stock import store as stock
from tests.planning.making import NOW, an_order, arrive, furnish


def cart(**more: object) -> str:
    return json.dumps({"shop": "DE", "country": "FR", "lines": [{"sku": "CUP", "qty": 2, "price": 20}]} | more)


def test_a_cart_is_quoted_with_carriage_duty_and_tax_and_reserves_nothing(sqlite_database: Database) -> None:
    with sqlite_database.write() as tx:
        furnish(tx, {("CUP", "SZX"): 5})
        found = quote_cart(tx, read_cart(cart(shipping="5.00"), "EUR"), NOW).as_dict()
        assert stock.available(tx, ["CUP"]) == {("CUP", "SZX"): 5}
    assert {k: found[k] for k in ("goods_minor", "carriage_minor", "duty_minor", "levy_minor", "vat_minor")} == {
        "goods_minor": 4_000,
        "carriage_minor": 1_000,
        "duty_minor": 300,
        "levy_minor": 0,
        "vat_minor": 900,  # 20 % of the goods and of the delivery that the customer pays
    }
    assert found["landed_minor"] == 6_200
    assert found["verify"] is False
    shipments = found["shipments"]
    assert isinstance(shipments, list)
    assert [charge["rule"] for charge in shipments[0]["charges"]] == ["eu.duty.line", "fr.vat"]
    assert json.loads(json.dumps(found))["not_possible"] == []


def test_what_rests_on_a_weak_source_says_verify(sqlite_database: Database) -> None:
    with sqlite_database.write() as tx:
        furnish(tx, {("CUP", "SZX"): 5})
        assert quote_cart(tx, read_cart(cart(country="US"), "EUR"), NOW).as_dict()["verify"] is True


@pytest.mark.parametrize(
    ("country", "lines", "kind"),
    [
        ("KP", [{"sku": "CUP", "qty": 1}], "embargoed"),
        ("FR", [{"sku": "BANK", "qty": 1}, {"sku": "SPRAY", "qty": 1}], "restricted_goods"),
        ("FR", [{"sku": "CUP", "qty": 99}], "short_stock"),
    ],
)
def test_a_cart_that_could_not_be_sent_says_why(
    sqlite_database: Database, country: str, lines: list[dict[str, object]], kind: str
) -> None:
    with sqlite_database.write() as tx:
        furnish(tx, {("CUP", "LEJ"): 5, ("BANK", "LEJ"): 5, ("SPRAY", "LEJ"): 5})
        found = quote_cart(tx, read_cart(cart(country=country, lines=lines), "EUR"), NOW).as_dict()
    reasons = found["not_possible"]
    assert isinstance(reasons, list)
    assert [reason["kind"] for reason in reasons] == [kind]
    assert found["shipments"] == []


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "{",
        "[]",
        cart(lines=[]),
        cart(country="France"),
        cart(colour="red"),
        cart(lines=[{"sku": "CUP", "qty": 0}]),
        cart(lines=[{"sku": "CUP", "qty": 10**12}]),
        cart(lines=[{"sku": "CUP", "qty": "two"}]),
        cart(lines=[{"sku": "CUP", "qty": 1, "price": -1}]),
        cart(shipping="1e400"),
    ],
)
def test_a_cart_that_cannot_be_read_is_refused(raw: str) -> None:
    with pytest.raises(BadInput):
        read_cart(raw, "EUR")


@pytest.mark.parametrize("more", [{"shop": "XX"}, {"lines": [{"sku": "GHOST", "qty": 1}]}])
def test_a_shop_or_sku_nobody_knows_is_refused(sqlite_database: Database, more: dict[str, object]) -> None:
    with sqlite_database.write() as tx:
        furnish(tx, {})
        with pytest.raises(BadInput):
            quote_cart(tx, read_cart(cart(**more), "EUR"), NOW)


def test_both_languages_have_the_same_words_and_no_word_is_dead() -> None:
    folder = RESOURCES / "translations"
    sources = [f for room in ("planning", "customs", "carriers") for f in (ROOT / "app" / room).rglob("*.py")]
    code = "\n".join(file.read_text("utf-8") for file in sources)
    for room in ("planning", "customs", "carriers"):
        english, *others = (tomllib.loads((folder / f"{room}.{one}.toml").read_text("utf-8")) for one in languages())
        for other in others:
            assert {key: set(words) for key, words in _flat(other)} == {k: set(w) for k, w in _flat(english)}
    reasons = tomllib.loads((folder / "planning.en.toml").read_text("utf-8"))["planning"]["reason"]
    made = {"vat_sale", "vat_import", "duty", "levy"}  # put together from a charge's kind and where it is taken
    assert [key for key in reasons if f'"{key}"' not in code and key not in made] == []


def _flat(tree: dict[str, object], path: str = "") -> list[tuple[str, dict[str, object]]]:
    tables = [(f"{path}.{key}", value) for key, value in tree.items() if isinstance(value, dict)]
    return [(path, tree), *(leaf for key, table in tables for leaf in _flat(table, key))]


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_plans_reasons_are_whole_sentences(sqlite_database: Database, language: str) -> None:
    with sqlite_database.write() as tx:
        furnish(tx, {("CUP", "LEJ"): 1, ("CUP", "SZX"): 1, ("TEE", "SZX"): 1})
        ids = arrive(
            tx,
            an_order("1", ("CUP", 1), ("TEE", 1), country="FR"),
            an_order("2", ("CUP", 1), country="US"),
            an_order("3", ("GHOST", 1), country="KP"),
            an_order("4", ("CUP", 9)),
        )
        for one in ids:
            for line in explain(tx, one, NOW).trace:
                sentence = said(line, language)
                assert not re.search(r"[{}]|planning\.|_minor", sentence), sentence
