"""Forgetting: after it no byte of the customer is left in any file of ours, and nothing brings it back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from app.base.paths import RESOURCES
from app.bench.driver import open_bench
from app.bench.shift import by_warehouse, work_off
from app.db.plain import decoded
from app.desk.views import store
from tests.command import run
from tests.demo_shop import Shop

ORDERS = RESOURCES / "demo" / "orders"
LONG_S = 120.0  # never waited out by a test that holds
BENCHES = {"LEJ": "S1", "SZX": "S4", "ONT": "S6"}


def said_of(shop: Shop, order: str) -> dict[str, str]:
    """What the database knows of the person behind an order."""
    with shop.reading() as read:
        [row] = read(
            "SELECT c.id, c.name, c.email, a.name AS to_name, a.street, a.phone FROM order_ o"
            " JOIN customer c ON c.id = o.customer_id JOIN address a ON a.id = o.ship_to WHERE o.id = :id",
            id=order,
        )
    street = decoded(row["street"])
    return {
        "customer": row["id"], "name": row["name"], "email": row["email"], "to": row["to_name"], "street": street[0],
        "phone": row["phone"],
    }  # fmt: skip


def traces(folder: Path, words: list[str]) -> Iterator[tuple[str, str]]:
    """(file, word) for every word that stands in a file's raw bytes, in any of the ways it may be written."""
    for file in sorted(f for f in folder.rglob("*") if f.is_file()):
        raw = file.read_bytes()
        for word in words:
            escaped = json.dumps(word)[1:-1].encode()
            if any(form in raw for form in (word.encode(), word.encode("utf-16-le"), escaped)):
                yield file.name, word


def payload(number: int) -> dict[str, Any]:
    for file in sorted((ORDERS / "de").glob("orders-*.json")):
        for order in json.loads(file.read_text("utf-8"))["orders"]:
            if order["order_number"] == number:
                return dict(order)
    raise AssertionError(number)


@pytest.fixture
def dispatched(demo: Shop) -> Shop:
    """DE-1003, for England (its label bears the address as text), is packed and has left."""
    with demo.reading() as read:
        rows = [
            row
            for row in store.listing(read, "shipments", state=None, limit=10_000, after=None)
            if row["order_id"] == "DE-1003"
        ]
    for warehouse, some in by_warehouse(rows).items():
        work_off(demo.env, demo.url, BENCHES[warehouse], some, demo.printer)
    return demo


def test_no_byte_of_a_forgotten_customer_is_left_and_no_import_brings_it_back(dispatched: Shop, tmp_path: Path) -> None:
    person = said_of(dispatched, "DE-1003")
    words = [text for key, text in person.items() if key != "customer" and text]
    assert len(words) >= 3
    before = set(traces(dispatched.home, words))
    assert {word for _, word in before} == set(words)
    assert any(name.endswith(".zpl") or name == "cache.db" for name, _ in before), before

    code, told, errors = run(dispatched.env, "forget", "DE-1003", "--json")
    assert code == 0, errors
    answer = json.loads(told)
    assert answer["orders"] == ["DE-1003"]
    assert answer["waiting"] == []
    assert dispatched.printer in answer["handed_out"]
    assert not set(traces(dispatched.home, words))
    assert run(dispatched.env, "check", "--json")[0] == 0

    files = sorted(str(f) for f in (ORDERS / "de").glob("*.json"))
    code, told, _ = run(dispatched.env, "import", "orders", "--channel", "shopify", "--shop", "DE", *files, "--json")
    assert (code, json.loads(told)["added"], json.loads(told)["updated"]) == (0, 0, 0)

    newer = payload(1003) | {"updated_at": "2027-01-05T10:00:00+01:00", "financial_status": "refunded"}
    (tmp_path / "newer.json").write_text(json.dumps({"orders": [newer]}, ensure_ascii=False), "utf-8")
    code, told, _ = run(
        dispatched.env,
        "import",
        "orders",
        "--channel",
        "shopify",
        "--shop",
        "DE",
        str(tmp_path / "newer.json"),
        "--json",
    )
    assert (code, json.loads(told)["updated"]) == (0, 1)
    shown = json.loads(run(dispatched.env, "show", "order", "DE-1003", "--json")[1])
    assert shown["payment"] == "refunded"
    assert not set(traces(dispatched.home, words))
    assert run(dispatched.env, "forget", person["customer"], "--json")[0] == 0


def marked(number: int) -> dict[str, Any]:
    """A demo order under another number, with a word of its own in every field a shop writes freely."""
    order: dict[str, Any] = json.loads(json.dumps(payload(1001)))
    order |= {"id": 9_900_000_000_000 + number, "order_number": number, "name": f"#{number}",
              "email": "mark0@example.org", "tags": "Mark1wort", "note": "Mark2wort",
              "note_attributes": [{"name": "wish", "value": "Mark3wort"}],
              "landing_site": "/?utm_source=Mark4wort&utm_medium=Mark5wort&utm_campaign=Mark6wort"}  # fmt: skip
    order["customer"] |= {"id": 990_000 + number, "first_name": "Mark7wort", "email": "mark0@example.org"}
    for n, line in enumerate(order["line_items"]):
        line |= {"title": f"Mark8wort {n}", "name": f"Mark8wort {n}"}
    order["line_items"][0]["sku"] = "MARK9WORT"
    order["shipping_lines"] = [dict(line, title="Mark10wort") for line in order["shipping_lines"]]
    for to in ("shipping_address", "billing_address"):
        order[to] |= {"company": "Mark11wort", "city": "Mark12wort", "address2": "Mark13wort"}
    return order


def take_in(shop: Shop, order: dict[str, Any], file: Path, *more: str) -> dict[str, Any]:
    file.write_text(json.dumps({"orders": [order]}, ensure_ascii=False), "utf-8")
    words = ("import", "orders", "--channel", "shopify", "--shop", "DE", str(file), "--json", *more)
    code, told, errors = run(shop.env, *words)
    assert code == 0, (told, errors)
    return dict(json.loads(told))


def test_no_word_a_shop_wrote_about_a_forgotten_customer_is_left_in_any_field(demo: Shop, tmp_path: Path) -> None:
    order = marked(990001)
    words = ["mark0@example.org", *(f"Mark{n}wort" for n in range(1, 14) if n != 9), "MARK9WORT"]
    assert order["shipping_lines"], "the order it is made from has none"
    assert take_in(demo, order, tmp_path / "first.json")["held"] == 1
    assert {word for _, word in traces(demo.home, words)} == set(words)
    for said in (("order", "cancel", "DE-990001", "--reason", "Mark2wort"), ("forget", "DE-990001")):
        code, _, errors = run(demo.env, *said)
        assert code == 0, errors
    assert not set(traces(demo.home, words))
    assert json.loads(run(demo.env, "check", "--json")[1])["findings"] == []

    assert take_in(demo, order, tmp_path / "again.json")["updated"] == 0
    newer = order | {"updated_at": "2027-01-05T10:00:00+01:00", "financial_status": "refunded"}
    assert take_in(demo, newer, tmp_path / "newer.json", "--create-products")["changes"] == {"DE-990001": ["payment"]}
    assert not set(traces(demo.home, words))
    assert json.loads(run(demo.env, "check", "--json")[1])["findings"] == []


def confirmed(env: Mapping[str, str], customer: str) -> bool:
    """Whether every bench says that it holds nothing of them any more; each time they are asked once more."""
    until = monotonic() + LONG_S
    while json.loads(run(env, "forget", customer, "--json")[1])["waiting"]:
        if monotonic() > until:
            return False
    return True


def test_a_bench_that_is_open_erases_what_it_holds_and_says_so(dispatched: Shop) -> None:
    person = said_of(dispatched, "DE-1003")
    words = [text for key, text in person.items() if key != "customer" and text]
    [shipment] = json.loads(run(dispatched.env, "show", "order", "DE-1003", "--json")[1])["shipments"]
    station = BENCHES[shipment["warehouse"]]
    with open_bench(dispatched.env, station, dispatched.printer) as bench:
        bench.scan("PBHELP")
        assert confirmed(dispatched.env, person["customer"])
        assert not set(traces(dispatched.home, words))
    assert not set(traces(dispatched.home, words))


def test_an_order_given_an_address_after_a_restore_takes_nothing_of_its_shops_word_on_the_person(
    demo: Shop, tmp_path: Path
) -> None:
    words = [text for key, text in said_of(demo, "DE-1042").items() if key != "customer" and text]
    for said in (["backup", str(tmp_path / "b.zip")], ["order", "cancel", "DE-1042", "--reason", "asked to"],
                 ["forget", "DE-1042"], ["restore", str(tmp_path / "b.zip"), "--over", "--force"],
                 ["order", "address", "DE-1042", "--name", "Eve Neu", "--street", "Weg 7", "--city", "Köln",
                  "--postcode", "50667", "--country", "DE"]):  # fmt: skip
        code, told, errors = run(demo.env, *said, "--json")
        assert code == 0, (said, told, errors)
    stored = payload(1042)
    moved = stored["shipping_address"] | {"address1": "Mark1wort 1"}
    newer = stored | {"updated_at": "2027-01-05T10:00:00+01:00", "note": "Mark2wort", "shipping_address": moved}
    assert take_in(demo, newer | {"financial_status": "refunded"}, tmp_path / "newer.json")["changes"] == {
        "DE-1042": ["payment"]
    }
    person = said_of(demo, "DE-1042")
    assert (person["to"], person["street"]) == ("Eve Neu", "Weg 7")
    assert not set(traces(demo.home, [*words, "Mark1wort", "Mark2wort"]))
    assert json.loads(run(demo.env, "check", "--json")[1])["findings"] == []


def test_a_customer_with_an_order_still_to_ship_is_not_forgotten(demo: Shop) -> None:
    person = said_of(demo, "DE-1001")
    code, told, _ = run(demo.env, "forget", "DE-1001", "--json")
    assert code == 1
    assert json.loads(told)["error"] == "still_to_ship"
    assert "DE-1001-1" in json.loads(told)["text"]
    assert said_of(demo, "DE-1001") == person


def test_a_packer_may_not_forget(demo: Shop) -> None:
    code, told, _ = run(demo.env, "forget", "DE-1027", "--operator", "PBPICKER", "--json")
    assert (code, json.loads(told)["error"]) == (1, "not_allowed")
