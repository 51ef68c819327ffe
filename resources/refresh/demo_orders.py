# ruff: noqa: INP001 -- a script, part of no package
"""Writes the demo shops' orders, byte for byte the same each time.

    python resources/refresh/demo_orders.py [FOLDER]

It reads products.csv, people.csv and baskets.csv of the demo shop: who ordered what, in a line each. What a shop
adds to that (prices, discounts, taxes, shipping, ids, times, where the customer came from) is made here: one shop
states it as Shopify's REST orders, the other as a CSV with columns of its own. FOLDER takes the files instead of
resources/demo/orders.
"""

import copy
import csv
import io
import json
import random
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

DEMO = Path(__file__).resolve().parents[1] / "demo"
SEED = 20261101
FIRST, LAST = datetime(2026, 11, 1, 7, tzinfo=UTC), datetime(2026, 11, 21, 15, tzinfo=UTC)
BERLIN = timezone(timedelta(hours=1))  # all of November
PACIFIC = ZoneInfo("America/Los_Angeles")

# Standard VAT rates in thousandths, late 2026, and those of printed books. A shop asks for VAT on what goes to the
# EU, to Great Britain up to GBP 135, and to Norway (VOEC). Food at its own rate only where the demo sells it.
VAT = {
    "AT": 200, "BE": 210, "CZ": 210, "DE": 190, "DK": 250, "ES": 210, "FI": 255, "FR": 200, "GB": 200, "GR": 240,
    "HU": 270, "IE": 230, "IT": 220, "NL": 210, "NO": 250, "PL": 230, "PT": 230, "SE": 250,
}  # fmt: skip
BOOKS = {
    "AT": 100, "BE": 60, "CZ": 0, "DE": 70, "ES": 40, "FR": 55, "GB": 0, "GR": 60, "IE": 0, "IT": 40, "NL": 90,
    "NO": 0, "PL": 50, "PT": 60, "SE": 60,
}  # fmt: skip
FOOD = {"AT": 100, "DE": 70, "FR": 55}
GB_LIMIT = 155_00  # GBP 135 in euro cents, without VAT

# What a customer pays in, and units of it for one euro (a day's rate, kept still for the demo).
PAYS_IN = {"GB": "GBP", "CH": "CHF", "SE": "SEK", "PL": "PLN", "JP": "JPY", "NO": "NOK"}
RATES = {"GBP": "0.8712", "CHF": "0.9345", "SEK": "11.0480", "PLN": "4.2615", "JPY": "178.35", "NOK": "11.7320"}

# Sales tax that the second shop asks for, in hundredths of a percent. It has no duty to collect elsewhere.
SALES_TAX = {
    "AZ": 920, "CA": 775, "CO": 820, "CT": 635, "FL": 700, "GA": 890, "HI": 471, "IL": 1025, "KY": 600, "LA": 1000,
    "MA": 625, "MI": 600, "MN": 887, "NC": 700, "ND": 750, "NM": 819, "NY": 888, "PA": 800, "RI": 700, "TX": 825,
    "VT": 700, "WA": 1020, "WI": 550,
}  # fmt: skip
CANADA_TAX = {"AB": 500, "BC": 500, "MB": 500, "NS": 1400, "NU": 500, "ON": 1300, "PE": 1500, "QC": 500}

CAME_FROM = [
    ("instagram", "social", "advent-2026"),
    ("newsletter", "email", "november-letter"),
    ("google", "cpc", "stoneware"),
    ("pinterest", "social", "table-setting"),
]
CAMPAIGN_PAGE = {"advent-2026": "/collections/advent", "stoneware": "/products/stoneware-cup"}
NEIGHBOURS = {"AT", "BE", "CZ", "DK", "FR", "LU", "NL", "PL"}
FAMILY_NAME_FIRST = {"ja", "zh-CN", "zh-TW", "ko", "hu"}
COUNTRY_NAMES = {
    "AE": "United Arab Emirates", "AT": "Austria", "AU": "Australia", "BE": "Belgium", "BR": "Brazil", "CA": "Canada",
    "CH": "Switzerland", "CL": "Chile", "CN": "China", "CU": "Cuba", "CZ": "Czechia", "DE": "Germany", "DK": "Denmark",
    "ES": "Spain", "FI": "Finland", "FR": "France", "GB": "United Kingdom", "GR": "Greece", "HK": "Hong Kong SAR",
    "HU": "Hungary", "IE": "Ireland", "IL": "Israel", "IT": "Italy", "JP": "Japan", "KG": "Kyrgyzstan",
    "KP": "North Korea", "KR": "South Korea", "MX": "Mexico", "NL": "Netherlands", "NO": "Norway", "NZ": "New Zealand",
    "PL": "Poland", "PT": "Portugal", "SA": "Saudi Arabia", "SE": "Sweden", "SG": "Singapore", "TW": "Taiwan",
    "US": "United States",
}  # fmt: skip

Json = dict[str, Any]
Row = dict[str, str]


@dataclass
class Basket:
    order: str
    person: Row
    lines: list[tuple[str, int]]
    options: dict[str, str]
    bill: Row
    placed: datetime
    touched: datetime

    @property
    def number(self) -> int:
        return int(self.order.split("-")[1])

    @property
    def paid(self) -> str:
        return self.options.get("pay", "paid")


# ---- reading ----------------------------------------------------------------------------------------------------


def read(name: str) -> list[Row]:
    with (DEMO / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_baskets(people: dict[str, Row], shop: str, chance: random.Random) -> list[Basket]:
    """The baskets of one shop, placed one after the other between FIRST and LAST."""
    rows = [row for row in read("baskets.csv") if row["order"].startswith(shop + "-")]
    step = (LAST - FIRST) / len(rows)
    baskets = []
    for at, row in enumerate(rows):
        options = dict(part.split("=", 1) for part in row["options"].split(";") if part)
        person = dict(people[row["person"]])
        if "drop" in options:
            for column in (options["drop"], "region_code" if options["drop"] == "region" else options["drop"]):
                person[column] = ""
        lines = [(sku, int(qty or 1)) for sku, _, qty in (word.partition("*") for word in row["lines"].split())]
        placed = FIRST + step * at + timedelta(seconds=int(chance.random() * step.total_seconds()))
        placed = placed.replace(microsecond=0)
        touched = placed + timedelta(seconds=90 + int(chance.random() * 2400))
        if "cancel" in options or options.get("pay") in ("line_refunded", "goodwill"):
            touched += timedelta(hours=5)
        bill = people[options["bill"]] if "bill" in options else person
        baskets.append(Basket(row["order"], person, lines, options, bill, placed, touched))
    return baskets


# ---- money, in minor units ----------------------------------------------------------------------------------------


def rounded(numerator: int, denominator: int) -> int:
    """A half is rounded up; neither is ever negative here."""
    return (2 * numerator + denominator) // (2 * denominator)


def shares(total: int, weights: list[int]) -> list[int]:
    """total over the weights by largest remainder: the shares add up to it."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    rest = sorted(range(len(weights)), key=lambda at: -(total * weights[at] % whole))
    for at in rest[: total - sum(parts)]:
        parts[at] += 1
    return parts


def converted(cents: int, currency: str) -> int:
    """Euro cents as minor units of the currency; a yen has none."""
    if currency == "EUR":
        return cents
    whole, _, digits = RATES[currency].partition(".")
    scale = 10 ** len(digits)
    return rounded(cents * int(whole + digits), scale * (100 if currency == "JPY" else 1))


def amount(minor: int, currency: str) -> str:
    return str(minor) if currency == "JPY" else f"{minor // 100}.{minor % 100:02d}"


def is_printed(product: Row) -> bool:
    return product["hs_code"][:4] in ("4901", "4903", "4905")


def euro_price(product: Row) -> int:
    """The German shop's price with its VAT, to ten cents."""
    low = is_printed(product) or "food" in product["tags"]
    return rounded(int(product["value_minor"]) * (107 if low else 119), 1000) * 10


def dollar_price(product: Row) -> int:
    return rounded(int(product["value_minor"]) * 112, 5000) * 50


def vat_rate(basket: Basket, product: Row | None, goods: int) -> int | None:
    """Thousandths, or None where the shop asks for no tax."""
    country = basket.person["country"]
    if "vat" in basket.options:
        return int(basket.options["vat"])
    if country not in VAT or (country == "GB" and goods * 10 > GB_LIMIT * 12):
        return None
    if product and is_printed(product):
        return BOOKS.get(country, VAT[country])
    if product and "food" in product["tags"].split("|"):
        return FOOD.get(country, VAT[country])
    return VAT[country]


# ---- the first shop: Shopify's REST order ---------------------------------------------------------------------------


class ShopifyOrder:
    """One order as the REST admin interface states it. Every sum is made of its own parts, in both currencies."""

    def __init__(self, basket: Basket, products: dict[str, Row], chance: random.Random) -> None:
        self.basket = basket
        self.products = products
        self.chance = chance
        self.currency = PAYS_IN.get(basket.person["country"], "EUR")
        self.id = 5_740_000_000_000 + basket.number * 32_768
        # What the shop states, in euro cents and in the customer's currency: always (shop, presentment).
        self.units = [self.both(self.unit_price(sku)) for sku, _ in basket.lines]
        self.gross = [(a * qty, b * qty) for (a, b), (_, qty) in zip(self.units, basket.lines, strict=True)]
        self.discounts = self.line_discounts()
        self.nets = [(a - c, b - d) for (a, b), (c, d) in zip(self.gross, self.discounts, strict=True)]
        goods = sum(net for net, _ in self.nets)
        self.rates = [vat_rate(basket, products.get(sku), goods) for sku, _ in basket.lines]
        self.service, fee = self.shipping(goods)
        self.fee = self.both(fee)
        free = basket.options.get("code") == "FREISCHIFF"
        self.fee_off = self.fee if free else (0, 0)
        charged = [rate for rate in self.rates if rate is not None]
        self.fee_rate = max(charged) if charged else None

    def both(self, cents: int) -> tuple[int, int]:
        return cents, converted(cents, self.currency)

    def unit_price(self, sku: str) -> int:
        if sku in self.products:
            return euro_price(self.products[sku])
        return int(self.basket.options["unknown"].split("@")[1].replace(".", ""))

    def line_discounts(self) -> list[tuple[int, int]]:
        code = self.basket.options.get("code")
        pairs = []
        for side in (0, 1):
            weights = [gross[side] for gross in self.gross]
            off = {"ADVENT10": rounded(sum(weights), 10), "HALLO5": self.both(500)[side]}.get(code or "", 0)
            pairs.append(shares(off, weights))
        return list(zip(*pairs, strict=True))

    def shipping(self, goods: int) -> tuple[str, int]:
        country = self.basket.person["country"]
        if self.basket.options.get("ship") == "express":
            return "Express", 2990
        if country == "DE":
            return "Standard", 0 if goods >= 6900 else 490
        if country in VAT and country not in ("GB", "NO"):
            return "Europa", 0 if goods >= 15000 else (790 if country in NEIGHBOURS else 1190)
        return ("Europa", 1490) if country in ("GB", "NO", "CH") else ("Weltweit", 2490)

    def money(self, pair: tuple[int, int]) -> Json:
        return {
            "shop_money": {"amount": amount(pair[0], "EUR"), "currency_code": "EUR"},
            "presentment_money": {"amount": amount(pair[1], self.currency), "currency_code": self.currency},
        }

    def tax_of(self, net: tuple[int, int], rate: int | None) -> tuple[int, int]:
        """Prices hold their tax: it is a part of the net price, not added to it."""
        return (rounded(net[0] * rate, 1000 + rate), rounded(net[1] * rate, 1000 + rate)) if rate else (0, 0)

    def tax_lines(self, net: tuple[int, int], rate: int | None) -> list[Json]:
        if rate is None:
            return []
        tax = self.tax_of(net, rate)
        title = f"{self.basket.person['country']} VAT"
        return [self.tax_line(title, rate, tax)]

    def tax_line(self, title: str, rate: int, tax: tuple[int, int]) -> Json:
        line = {"title": title, "price": amount(tax[0], "EUR"), "rate": rate / 1000, "channel_liable": False}
        return line | {"price_set": self.money(tax)}

    def duty(self, at: int) -> tuple[int, int]:
        rate = int(self.basket.options.get("duty", 0))
        return self.nets[at][0] * rate // 1000, self.nets[at][1] * rate // 1000

    def line(self, at: int) -> Json:
        sku, qty = self.basket.lines[at]
        product = self.products.get(sku)
        title = product["title_de"] if product else self.basket.options["unknown"].split("@")[0]
        if product and self.basket.person["language"] != "de":
            title = product["title"]
        name, variant = title, ""
        if product and (product["colour"] or product["size"]) and not is_printed(product) and ", " in title:
            name, variant = title.rsplit(", ", 1)
        removed = qty if self.basket.paid == "refunded" or (self.basket.paid == "line_refunded" and at == 0) else 0
        off = self.discounts[at]
        properties = []
        if at == 0 and "from" in self.basket.options:
            properties.append({"name": "available_from", "value": self.basket.options["from"]})
        number = list(self.products).index(sku) if product else 0
        duties = []
        if product and "duty" in self.basket.options:
            duties.append(
                {
                    "id": str(self.id + 700 + at),
                    "harmonized_system_code": product["hs_code"],
                    "country_code_of_origin": product["origin"],
                    **self.money(self.duty(at)),
                    "tax_lines": [],
                }
            )
        return {
            "id": 14_200_000_000_000 + self.basket.number * 65_536 + at * 32,
            "variant_id": 43_900_000_000_000 + number * 1024 if product else None,
            "product_id": 8_100_000_000_000 + number * 1024 if product else None,
            "product_exists": product is not None,
            "sku": sku,
            "title": name,
            "variant_title": variant or None,
            "name": f"{name} - {variant}" if variant else name,
            "vendor": "Lindenhof Kontor",
            "quantity": qty,
            "current_quantity": qty - removed,
            "fulfillable_quantity": 0 if "cancel" in self.basket.options else qty - removed,
            "fulfillment_service": "manual",
            "fulfillment_status": None,
            "requires_shipping": True,
            "gift_card": False,
            "grams": int(product["weight_g"]) if product else 0,
            "price": amount(self.units[at][0], "EUR"),
            "price_set": self.money(self.units[at]),
            "total_discount": "0.00",
            "discount_allocations": [
                {"amount": amount(off[0], "EUR"), "discount_application_index": 0, "amount_set": self.money(off)}
            ]
            if off[0]
            else [],
            "taxable": self.rates[at] is not None,
            "tax_lines": self.tax_lines(self.nets[at], self.rates[at]),
            "duties": duties,
            "properties": properties,
        }

    def address(self, person: Row) -> Json:
        first, last = names(person)
        return {
            "first_name": first,
            "last_name": last,
            "name": person["name"],
            "company": person["company"] or None,
            "address1": person["street1"],
            "address2": person["street2"] or None,
            "city": person["city"] or None,
            "province": person["region"] or None,
            "province_code": person["region_code"] or None,
            "zip": person["postcode"] or None,
            "country": COUNTRY_NAMES[person["country"]],
            "country_code": person["country"],
            "phone": person["phone"] or None,
        }

    def customer(self, number: int) -> Json:
        person = self.basket.person
        first, last = names(person)
        joined = datetime(2026, 1, 5, 9, tzinfo=BERLIN) + timedelta(days=number * 2, minutes=number * 37)
        return {
            "id": 7_300_000_000_000 + number * 4096,
            "email": person["email"],
            "first_name": first,
            "last_name": last,
            "phone": person["phone"] or None,
            "state": "enabled" if number % 3 else "disabled",
            "currency": self.currency,
            "tags": "newsletter" if number % 4 == 0 else "",
            "tax_exempt": False,
            "verified_email": True,
            "created_at": joined.isoformat(),
            "updated_at": self.basket.touched.astimezone(BERLIN).isoformat(),
        }

    def shipping_line(self) -> Json:
        net = (self.fee[0] - self.fee_off[0], self.fee[1] - self.fee_off[1])
        allocation = {
            "amount": amount(self.fee_off[0], "EUR"),
            "discount_application_index": 0,
            "amount_set": self.money(self.fee_off),
        }
        return {
            "id": 4_600_000_000_000 + self.basket.number * 64,
            "title": self.service,
            "code": self.service.lower(),
            "source": "shopify",
            "price": amount(self.fee[0], "EUR"),
            "price_set": self.money(self.fee),
            "discounted_price": amount(net[0], "EUR"),
            "discounted_price_set": self.money(net),
            "discount_allocations": [allocation] if self.fee_off[0] else [],
            "tax_lines": self.tax_lines(net, self.fee_rate),
        }

    def discount_applications(self) -> list[Json]:
        code = self.basket.options.get("code")
        kind = {
            "ADVENT10": ("10.0", "percentage", "line_item"),
            "HALLO5": ("5.0", "fixed_amount", "line_item"),
            "FREISCHIFF": ("100.0", "percentage", "shipping_line"),
        }.get(code or "")
        if not kind:
            return []
        return [
            {
                "type": "discount_code",
                "code": code,
                "value": kind[0],
                "value_type": kind[1],
                "target_type": kind[2],
                "target_selection": "all",
                "allocation_method": "across" if kind[2] == "line_item" else "each",
            }
        ]

    def refunds(self, refunded: tuple[int, int]) -> list[Json]:
        if not refunded[0]:
            return []
        basket, when = self.basket, self.basket.touched.astimezone(BERLIN).isoformat()
        back = {"refunded": range(len(basket.lines)), "line_refunded": [0]}.get(basket.paid, [])
        return [
            {
                "id": 930_000_000_000 + basket.number,
                "order_id": self.id,
                "created_at": when,
                "processed_at": when,
                "note": "Entschuldigung für die lange Wartezeit" if basket.paid == "goodwill" else None,
                "refund_line_items": [
                    {
                        "id": 620_000_000_000 + basket.number * 32 + at,
                        "line_item_id": self.line(at)["id"],
                        "quantity": basket.lines[at][1],
                        "restock_type": "cancel",
                        "subtotal": amount(self.nets[at][0], "EUR"),
                        "subtotal_set": self.money(self.nets[at]),
                        "total_tax": amount(self.tax_of(self.nets[at], self.rates[at])[0], "EUR"),
                    }
                    for at in back
                ],
                "transactions": [
                    {
                        "id": 7_800_000_000_000 + basket.number,
                        "kind": "refund",
                        "status": "success",
                        "amount": amount(refunded[1], self.currency),
                        "currency": self.currency,
                        "gateway": "shopify_payments",
                    }
                ],
            }
        ]

    def body(self, customer: int) -> Json:
        basket, options = self.basket, self.basket.options
        subtotal = total(self.nets)
        duties = total([self.duty(at) for at in range(len(basket.lines))])
        price = total([subtotal, self.fee, duties])
        price = (price[0] - self.fee_off[0], price[1] - self.fee_off[1])
        by_rate: dict[int, tuple[int, int]] = {}
        fee_net = (self.fee[0] - self.fee_off[0], self.fee[1] - self.fee_off[1])
        for net, rate in [*zip(self.nets, self.rates, strict=True), (fee_net, self.fee_rate)]:
            if rate is not None:
                by_rate[rate] = total([by_rate.get(rate, (0, 0)), self.tax_of(net, rate)])
        tax = total(list(by_rate.values()))
        refunded = {"refunded": price, "line_refunded": self.nets[0], "goodwill": self.both(300)}.get(
            basket.paid, (0, 0)
        )
        status = {"line_refunded": "partially_refunded", "goodwill": "partially_refunded"}.get(basket.paid, basket.paid)
        open_amount = price[0] if status in ("pending", "authorized") else 0
        current = (price[0] - refunded[0], price[1] - refunded[1])
        paid_by = "bank_transfer" if status == "pending" else "shopify_payments"
        landing, referrer = self.came_from()
        discounts = total([*self.discounts, self.fee_off])
        return {
            "id": self.id,
            "admin_graphql_api_id": f"gid://shopify/Order/{self.id}",
            "name": f"#{basket.number}",
            "number": basket.number - 1000,
            "order_number": basket.number,
            "created_at": basket.placed.astimezone(BERLIN).isoformat(),
            "processed_at": basket.placed.astimezone(BERLIN).isoformat(),
            "updated_at": basket.touched.astimezone(BERLIN).isoformat(),
            "cancelled_at": basket.touched.astimezone(BERLIN).isoformat() if "cancel" in options else None,
            "cancel_reason": options.get("cancel"),
            "closed_at": None,
            "confirmed": True,
            "test": False,
            "financial_status": status,
            "fulfillment_status": None,
            "payment_gateway_names": [paid_by],
            "source_name": "web",
            "landing_site": landing,
            "referring_site": referrer,
            "email": basket.person["email"],
            "contact_email": basket.person["email"],
            "phone": basket.person["phone"] or None,
            "customer_locale": basket.person["language"],
            "note": options.get("note"),
            "note_attributes": [dict(zip(("name", "value"), options["attr"].split(":"), strict=True))]
            if "attr" in options
            else [],
            "tags": options.get("tags", ""),
            "currency": "EUR",
            "presentment_currency": self.currency,
            "taxes_included": True,
            "tax_exempt": False,
            "duties_included": False,
            "discount_applications": self.discount_applications(),
            "discount_codes": [
                {
                    "code": options["code"],
                    "amount": amount(discounts[0], "EUR"),
                    "type": "shipping" if self.fee_off[0] else self.discount_applications()[0]["value_type"],
                }
            ]
            if "code" in options
            else [],
            "total_weight": sum(self.line(at)["grams"] * qty for at, (_, qty) in enumerate(basket.lines)),
            "total_line_items_price": amount(total(self.gross)[0], "EUR"),
            "total_line_items_price_set": self.money(total(self.gross)),
            "total_discounts": amount(discounts[0], "EUR"),
            "total_discounts_set": self.money(discounts),
            "subtotal_price": amount(subtotal[0], "EUR"),
            "subtotal_price_set": self.money(subtotal),
            "total_shipping_price_set": self.money(self.fee),
            "original_total_duties_set": self.money(duties) if "duty" in options else None,
            "current_total_duties_set": self.money(duties) if "duty" in options else None,
            "total_tax": amount(tax[0], "EUR"),
            "total_tax_set": self.money(tax),
            "tax_lines": [
                self.tax_line(f"{basket.person['country']} VAT", rate, pair) for rate, pair in by_rate.items()
            ],
            "total_price": amount(price[0], "EUR"),
            "total_price_set": self.money(price),
            "current_total_price": amount(current[0], "EUR"),
            "current_total_price_set": self.money(current),
            "total_outstanding": amount(open_amount, "EUR"),
            "customer": self.customer(customer),
            "shipping_address": self.address(basket.person),
            "billing_address": self.address(basket.bill),
            "line_items": [self.line(at) for at in range(len(basket.lines))],
            "shipping_lines": [self.shipping_line()],
            "refunds": self.refunds(refunded),
        }

    def came_from(self) -> tuple[str, str | None]:
        draw = self.chance.random()
        if draw < 0.4:
            source, medium, campaign = CAME_FROM[int(draw * 10)]
            page = CAMPAIGN_PAGE.get(campaign, "/")
            return f"{page}?utm_source={source}&utm_medium={medium}&utm_campaign={campaign}", None
        return "/", "https://www.google.com/" if draw < 0.6 else None


def names(person: Row) -> tuple[str | None, str]:
    if " " not in person["name"]:
        return None, person["name"]
    if person["language"] in FAMILY_NAME_FIRST:
        last, first = person["name"].split(" ", 1)
    else:
        first, last = person["name"].rsplit(" ", 1)
    return first, last


def total(pairs: list[tuple[int, int]]) -> tuple[int, int]:
    return sum(a for a, _ in pairs), sum(b for _, b in pairs)


# ---- what the first shop says later ---------------------------------------------------------------------------------


def updates(orders: dict[int, Json]) -> dict[str, Json]:
    """Later and earlier versions of orders above, for a demo to play: file name → webhook body."""

    def version(number: int, updated_at: str, **changes: object) -> Json:
        return copy.deepcopy(orders[number]) | {"updated_at": updated_at} | changes

    paid: Json = {"financial_status": "paid", "total_outstanding": "0.00"}
    completed = version(1009, "2026-11-22T09:05:00+01:00")
    completed["shipping_address"] |= {"city": "Falmouth"}
    completed["billing_address"] |= {"city": "Falmouth"}
    moved = version(1047, "2026-11-22T09:20:00+01:00")
    moved["shipping_address"] |= {"address1": "Rheinstraße 52", "zip": "79104"}
    older = version(1052, orders[1052]["created_at"], financial_status="pending")
    older["total_outstanding"] = older["total_price"]
    older["shipping_address"] |= {"address1": "27 Hazelwod Rd"}
    cancelled = version(
        1033,
        "2026-11-22T10:15:00+01:00",
        cancelled_at="2026-11-22T10:15:00+01:00",
        cancel_reason="customer",
        financial_status="refunded",
        current_total_price="0.00",
    )
    zero = {"amount": "0.00", "currency_code": "EUR"}
    cancelled["current_total_price_set"] = {"shop_money": zero, "presentment_money": dict(zero)}
    for line in cancelled["line_items"]:
        line |= {"current_quantity": 0, "fulfillable_quantity": 0}
    return {
        "01-1009-address-completed.json": completed,
        "02-1113-paid.json": version(1113, "2026-11-22T09:10:00+01:00", **paid),
        "03-1047-address-changed.json": moved,
        "04-1033-cancelled.json": cancelled,
        "05-1052-older-version.json": older,
        "06-1116-paid-too-late.json": version(1116, "2026-11-26T11:40:00+01:00", **paid),
    }


def bad_files(orders: dict[int, Json]) -> dict[str, str]:
    """Input that must be refused with its place and reason: file name → text."""

    def broken(number: int, base: int) -> Json:
        order = copy.deepcopy(orders[base])
        return order | {"id": order["id"] + 900_000_000, "name": f"#{number}", "order_number": number}

    twice = broken(1901, 1001)
    twice["line_items"][1]["id"] = twice["line_items"][0]["id"]
    huge = broken(1902, 1002)
    huge["line_items"][0]["quantity"] = 40_000_000_000
    below = broken(1903, 1003)
    below["line_items"][0]["quantity"] = -2
    no_currency = broken(1904, 1004)
    del no_currency["currency"]
    wrong_type = broken(1905, 1005)
    wrong_type["line_items"] = "NOTE-A5-DOT"
    whole = pretty({"orders": [broken(1906, 1006)]})
    return {
        "duplicate-line-id.json": pretty({"order": twice}),
        "huge-quantity.json": pretty({"order": huge}),
        "negative-quantity.json": pretty({"order": below}),
        "no-currency.json": pretty({"order": no_currency}),
        "wrong-type.json": pretty({"order": wrong_type}),
        "truncated.json": whole[: len(whole) * 2 // 3],
    }


# ---- the second shop: a CSV of its own ------------------------------------------------------------------------------

US_COLUMNS = [
    "Order Number", "Line", "Item SKU", "Item", "Qty", "Unit Price", "Line Discount", "Line Tax", "Shipping",
    "Order Total", "Ordered", "Last Change", "Payment", "Ship Name", "Ship Company", "Ship Address 1",
    "Ship Address 2", "Ship City", "Ship State", "Ship ZIP", "Ship Country", "Phone", "Email", "Customer No",
    "Comment", "Tags", "Source", "Medium", "Campaign", "Cancelled", "Ships From",
]  # fmt: skip
US_COUNTRIES = {"US": "USA", "GB": "UK", "KR": "Korea, Republic of", "TW": "Taiwan", "CZ": "Czech Republic"}
EXTRAS = {  # what this shop writes as lines, though nobody packs it: option → (code, text, cents)
    "wrap": ("GIFTWRAP", "Gift wrap, kraft paper and twine", 450),
    "protect": ("PROTECT", "Shipping protection", 298),
    "thanks": ("THANKS-CARD", "Thank-you card", 0),
}


def us_tax(person: Row) -> int:
    table = {"US": SALES_TAX, "CA": CANADA_TAX}.get(person["country"], {})
    return table.get(person["region"], 0)


def us_shipping(basket: Basket, goods: int) -> int:
    if basket.person["country"] == "US":
        return 0 if goods >= 7500 else 695
    return 1450 if basket.person["country"] in ("CA", "MX") else 2850


def us_rows(basket: Basket, products: dict[str, Row], number: int, chance: random.Random) -> list[Row]:
    """One row a line. What belongs to the whole order (shipping, total) stands on its first row only."""
    options, person = basket.options, basket.person
    items = []
    for sku, qty in basket.lines:
        if product := products.get(sku):
            items.append((sku, product["title"], qty, dollar_price(product)))
        else:
            title, asked = options["unknown"].split("@")
            items.append((sku, title, qty, int(asked.replace(".", ""))))
    goods = [qty * price for _, _, qty, price in items]
    off = shares(rounded(sum(goods), 10), goods) if options.get("code") == "WARM10" else [0] * len(goods)
    tax = [rounded((gross - less) * us_tax(person), 10_000) for gross, less in zip(goods, off, strict=True)]
    for option, (code, text, fee) in EXTRAS.items():
        if option in options:
            items.append((code, text, int(options[option]), fee))
            off.append(0)
            tax.append(0)
    shipping = us_shipping(basket, sum(goods))
    order_total = sum(qty * price for _, _, qty, price in items) - sum(off) + sum(tax) + shipping
    draw = chance.random()
    source, medium, campaign = CAME_FROM[int(draw * 10)] if draw < 0.4 else ("", "", "")
    written = "%Y-%m-%d %H:%M:%S"
    placed, touched = basket.placed.astimezone(PACIFIC), basket.touched.astimezone(PACIFIC)
    rows = []
    for at, (sku, title, qty, price) in enumerate(items):
        values = [
            basket.number, at + 1, sku, title, qty, amount(price, "USD"),
            amount(off[at], "USD"), amount(tax[at], "USD"),
            amount(shipping, "USD") if at == 0 else "", amount(order_total, "USD") if at == 0 else "",
            placed.strftime(written), touched.strftime(written), basket.paid,
            person["name"], person["company"], person["street1"], person["street2"], person["city"], person["region"],
            person["postcode"], US_COUNTRIES.get(person["country"], COUNTRY_NAMES[person["country"]]), person["phone"],
            person["email"], f"C{3000 + number}", options.get("note", ""), options.get("tags", ""),
            source, medium, campaign,
            touched.strftime(written) if "cancel" in options else "", options.get("from", "") if at == 0 else "",
        ]  # fmt: skip
        rows.append(dict(zip(US_COLUMNS, map(str, values), strict=True)))
    return rows


# ---- writing --------------------------------------------------------------------------------------------------------


def pretty(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def table(rows: list[Row]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, US_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def files() -> dict[str, str]:
    """Every file below the orders folder: name → text."""
    products = {row["sku"]: row for row in read("products.csv")}
    people = {row["key"]: row for row in read("people.csv")}
    numbers = {key: at for at, key in enumerate(people)}
    # Only random() of this class is promised to stay the same from one Python to the next: nothing else is drawn.
    chance = random.Random(SEED)  # noqa: S311 -- a demo, not a secret
    made: dict[int, Json] = {}
    for basket in read_baskets(people, "DE", chance):
        made[basket.number] = ShopifyOrder(basket, products, chance).body(numbers[basket.person["key"]])

    def bundle(first: int, last: int) -> str:
        return pretty({"orders": [made[number] for number in range(first, last + 1)]})

    written = {
        "de/orders-1001-1040.json": bundle(1001, 1040),
        "de/orders-1041-1080.json": bundle(1041, 1080),
        "de/orders-1081-1112.json": bundle(1081, 1112),
    }
    for number in range(1113, 1117):
        written[f"de/order-{number}.json"] = pretty({"order": made[number]})
    for number in range(1117, 1121):
        written[f"de/webhook-{number}.json"] = pretty(made[number])
    for name, body in updates(made).items():
        written[f"updates/{name}"] = pretty(body)
    for name, text in bad_files(made).items():
        written[f"bad/{name}"] = text
    baskets = read_baskets(people, "US", chance)
    for name, part in (("us/orders-20401-20440.csv", baskets[:40]), ("us/orders-20441-20480.csv", baskets[40:])):
        rows = [row for basket in part for row in us_rows(basket, products, numbers[basket.person["key"]], chance)]
        written[name] = table(rows)
    return written


def main(folder: Path) -> None:
    for name, text in files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DEMO / "orders")
