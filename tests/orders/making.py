"""Orders and shops that the tests of orders and channels are made of."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.channels.reading import Read
from app.db import Database, Tx
from app.orders.order import Address, Charge, Customer, Order, OrderLine
from app.site import store as site
from app.site.site import Company, Shop

SECRET = "Wilhelmine Achternbusch"
HOME = Address(
    name=SECRET, street=("Geheimgasse 7",), city="Wien", postcode="1070", country="AT", email="wilhelmine@example.net"
)


def open_shop(tx: Tx, *codes: str) -> None:
    shops = [Shop(code, code, "csv", "en", "EUR", "DE") for code in codes or ("DE",)]
    site.put(tx, company=Company("House"), shops=shops, warehouses=(), stations=(), operators=(), ranges=())


def line(n: int = 1, sku: str = "MUG", qty: int = 2, price: str = "4.50", **more: Any) -> OrderLine:
    total = int(Decimal(price) * qty * 100)
    return OrderLine(n, f"L{n}", sku, f"A {sku}", qty, Decimal(price), total, **more)


def order(number: str = "1042", **more: Any) -> Order:
    """Two mugs for Vienna, paid; `more` says what differs."""
    stated: dict[str, Any] = {
        "shop": "DE",
        "number": number,
        "payment": "paid",
        "placed_at": "2026-11-17T10:00:00.000Z",
        "updated_at": "2026-11-17T10:05:00.000Z",
        "currency": "EUR",
        "taxes_included": True,
        "lines": (line(),),
        "charges": (Charge("shipping", "Post", 490),),
        "ship_to": HOME,
        "customer": Customer("C7", SECRET, "wilhelmine@example.net", "+43 1 555"),
        "notes": (f"ring for {SECRET}",),
        "body": f'{{"number": "{number}", "to": "{SECRET}"}}',
    } | more
    parts = sum(part.total_minor - part.discount_minor for part in stated["lines"])
    stated.setdefault("total_minor", parts + sum(charge.minor for charge in stated["charges"]))
    return Order(**stated)


def read(*orders: Order) -> list[Read]:
    return [Read(one, {"goods": len(one.lines)}) for one in orders]


def counts(database: Database, table: str) -> int:
    with database.read() as tx:
        return int(tx.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())
