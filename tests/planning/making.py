"""A small house to plan in: two warehouses, four products and a bundle, a service or two each. All invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import select

from app.base.clock import stamp
from app.base.ids import order_id
from app.base.measures import Size
from app.carriers import store as carriers
from app.carriers.service import Carrier, Rate, Service
from app.catalog import store as catalog
from app.catalog.product import Carton, Product
from app.customs.book import books
from app.db import Tx
from app.orders.arrivals import store as arrivals
from app.orders.order import Address, Charge, NewOrder, Order, OrderLine, TaxLine
from app.planning.house import Basket, House, weights
from app.planning.planned import TraceLine, Want
from app.planning.tables import trace
from app.site import store as site
from app.site.site import Company, Shop, Warehouse
from app.stock import store as stock
from app.stock.ledger import Row

NOW = datetime(2026, 11, 18, 8, 30, tzinfo=UTC)  # a Wednesday, 09:30 in Leipzig


def product(sku: str, grams: int, size: tuple[int, int, int], hs: str, **more: object) -> Product:
    made = Product(
        sku, sku.title(), weight_g=grams, size=Size(*size), hs_code=hs, origin="CN", customs_description=sku.title(),
        m_pid=f"M-{sku}", ns_pid=f"N-{sku}", s_pid=f"S-{sku}", value_minor=1000, value_currency="EUR",
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


CUP = product("CUP", 300, (110, 85, 95), "691200", handling="fragile")
TEE = product("TEE", 200, (250, 200, 20), "610910", handling="apparel")
BANK = product("BANK", 250, (100, 60, 20), "850760", handling="electronics", tags=("battery_alone",))
SPRAY = product("SPRAY", 400, (200, 55, 55), "330530", handling="liquid", tags=("aerosol",))
SET = Product("SET", "Tea set", handling="bundle", parts=(("CUP", 2), ("TEE", 1)))
PRODUCTS = (CUP, TEE, BANK, SPRAY, SET)

CARTONS = (
    Carton("S", "PBXEEEEEEEE", "Small", "box", Size(230, 160, 110), 110, 5_000),
    Carton("M", "PBXRRRRRRRR", "Medium", "box", Size(310, 230, 150), 210, 10_000),
    Carton("MAIL", "PBXTTTTTTTT", "Mailer", "mailer", Size(340, 260, 50), 45, 2_000),
)

LEJ = Warehouse("LEJ", "Leipzig", "Leipzig", "DE", "Europe/Berlin", "12345", "DE", "15:00")
SZX = Warehouse("SZX", "Shenzhen", "Shenzhen", "CN", "Asia/Shanghai", "123456", "CN", "16:00")


def service(carrier: str, code: str, warehouse: str, *rates: Rate, **more: object) -> Service:
    made = Service(carrier, code, warehouse, code.title(), "parcel", "17:00", ("DDP",), (), 20_000, 1_000, 3, 5, rates)
    return replace(made, **more)  # type: ignore[arg-type]


SERVICES = (
    service("RKP", "HOME", "LEJ", Rate("DE", ("DE",), "EUR", 400, 20), days_p50=1),
    service("RKP", "WORLD", "LEJ", Rate("W", ("*",), "EUR", 1500, 400), incoterms=("DDU",), forbids=("aerosol",)),
    service("PDP", "LINE", "SZX", Rate("EU", ("DE", "FR"), "EUR", 500, 500), days_p50=9, forbids=("aerosol",)),
    service("PDP", "PACKET", "SZX", Rate("W", ("*",), "EUR", 600, 900), days_p50=12, max_weight_g=2_000,
            incoterms=("DDU",), forbids=("aerosol", "battery_alone")),
)  # fmt: skip

SHOPS = (
    Shop("DE", "Kontor", "shopify", "de", "EUR", "DE", unpaid_hours=72),
    Shop("US", "Juniper", "csv", "en", "USD", "US", unpaid_hours=24),
)

ADDRESSES = {
    "DE": Address("Erika Muster", street=("Weg 1",), city="Leipzig", postcode="04356", country="DE"),
    "FR": Address("Anne Modèle", street=("1 rue A",), city="Paris", postcode="75001", country="FR"),
    "US": Address("Jo Sample", street=("1 First St",), city="Ontario", region="CA", postcode="91761", country="US"),
    "NZ": Address("Ann Example", street=("1 Queen St",), city="Auckland", postcode="1010", country="NZ"),
    "KP": Address("Nobody", street=("1",), city="Pyongyang", country="KP"),
    "KG": Address("Bakyt Example", street=("Chuy 1",), city="Bishkek", postcode="720001", country="KG"),
}


def house(**more: object) -> House:
    made = House(
        products={p.sku: p for p in PRODUCTS},
        cartons=CARTONS,
        warehouses={"LEJ": LEJ, "SZX": SZX},
        services={w: tuple(s for s in SERVICES if s.warehouse == w) for w in ("LEJ", "SZX")},
        books=books(),
        weights=weights(),
        now=NOW,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def basket(*wants: tuple[str, int, int], country: str = "DE", **more: object) -> Basket:
    """Wants as (sku, qty, value of all in minor units), one order line each."""
    made = Basket(
        order_id="DE-1", country=country, currency="EUR",
        wants=tuple(Want(i, *want) for i, want in enumerate(wants, 1)),
        freight_minor=0, tax_minor=None, ready_from=NOW,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def an_order(
    number: str,
    *lines: tuple[str, int],
    shop: str = "DE",
    country: str = "DE",
    payment: str = "paid",
    price: int = 1190,
    **more: object,
) -> Order:
    """An order of (SKU, units), each unit at `price` with 19 % tax in it."""
    goods = tuple(
        OrderLine(i, f"L{i}", sku, sku, qty, Decimal(price) / 100, price * qty,
                  taxes=(TaxLine("VAT", Decimal("0.19"), price * qty * 19 // 119),))
        for i, (sku, qty) in enumerate(lines, 1)
    )  # fmt: skip
    freight = Charge("shipping", "Parcel", 490, (TaxLine("VAT", Decimal("0.19"), 78),))
    made = Order(
        shop=shop, number=number, payment=payment, placed_at="2026-11-17T10:00:00.000Z",
        updated_at="2026-11-17T10:05:00.000Z", currency="EUR", taxes_included=True, lines=goods,
        total_minor=sum(g.total_minor for g in goods) + 490, charges=(freight,),
        ship_to=ADDRESSES.get(country, Address(country=country)),
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def furnish(tx: Tx, units: Mapping[tuple[str, str], int], products: Sequence[Product] = PRODUCTS) -> None:
    """The house in the database, with so many units of (SKU, warehouse) in one bin."""
    site.put(tx, company=Company("Demo"), shops=SHOPS, warehouses=[LEJ, SZX], stations=[], operators=[], ranges=[])
    carriers.replace_services(tx, [Carrier("RKP", "Rotkehlchen"), Carrier("PDP", "Pearl")], SERVICES)
    catalog.add_products(tx, products)
    catalog.add_cartons(tx, CARTONS)
    receive(tx, units)


def trace_of(tx: Tx, order_id: str, no: int) -> tuple[TraceLine, ...]:
    """Why plan `no` of the order is as it is, in the order of the stages."""
    rows = tx.execute(select(trace).where(trace.c.order_id == order_id, trace.c.plan_no == no).order_by(trace.c.n))
    return tuple(TraceLine(r.stage, r.rule, r.version, r.reason, r.inputs) for r in rows)


def receive(tx: Tx, units: Mapping[tuple[str, str], int]) -> None:
    stock.post(tx, [Row(sku, w, "on_hand", n, "receive", "test", "A-01-1") for (sku, w), n in units.items()], NOW)


def arrive(tx: Tx, *orders: Order, known: Sequence[str] = ()) -> list[str]:
    """The orders kept as intake keeps them; their ids. `known` are SKUs besides those of the house."""
    skus = {p.sku: p.sku for p in PRODUCTS} | {sku: sku for sku in known}
    news = []
    for order in orders:
        state = "cancelled" if order.cancelled_at else "new"
        mine = {line.shop_sku: skus[line.shop_sku] for line in order.lines if line.shop_sku in skus}
        news.append(NewOrder(order_id(order.shop, order.number), order, state, None, mine))
    arrivals.add(tx, news, stamp(NOW))
    return [new.id for new in news]
