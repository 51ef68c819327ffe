"""A small warehouse to try acts on: two warehouses, two benches, a few goods, orders ready to be picked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert

from app.base.clock import stamp
from app.base.measures import Size
from app.carriers import store as carriers
from app.carriers import tables as carrier_tables
from app.cases import store as cases
from app.catalog import store as catalog
from app.catalog.product import Carton, Product
from app.db import Tx
from app.orders import tables as orders
from app.shipments import store as shipments
from app.shipments import tables as ship_tables
from app.shipments.shipment import NewShipment, ShipmentLine
from app.site import store as site
from app.site.roles import Operator
from app.site.site import Company, NumberRange, Place, Shop, Station, Warehouse
from app.stock import store as stock
from app.stock.ledger import Row
from app.stock.reserve import Want, reserve

PACKER = Operator("PBPICKER", "Pat", "packer")
CHIEF = Operator("PBCHIEF", "Chris", "supervisor")

PRODUCTS = (
    Product("CUP", "Stoneware cup", handling="fragile", weight_g=340, size=Size(110, 85, 95), hs_code="691200",
            origin="PT", customs_description="Cup", barcodes=(("4006381333931", 1), ("14006381333938", 6))),
    Product("TEE", "T-shirt", colour="blue", size_name="M", handling="apparel", weight_g=180, size=Size(250, 200, 20),
            hs_code="610910", origin="TR", customs_description="Shirt", barcodes=(("4012345678901", 1),)),
    Product("OIL", "Olive oil", handling="liquid", weight_g=900, size=Size(80, 80, 260), hs_code="150920", origin="GR",
            customs_description="Oil", tags=("liquid",), lot_tracked=True, barcodes=(("4000417025005", 1),)),
    Product("CAM", "Camera", handling="electronics", weight_g=600, size=Size(140, 100, 80), hs_code="852589",
            origin="JP", customs_description="Camera", tags=("battery_contained",), serial_tracked=True,
            barcodes=(("4005808223756", 1),)),
)  # fmt: skip


def build(tx: Tx, now: datetime) -> None:
    """Site, goods, and stock: twenty of each SKU over two bins of LEJ, five cups in SZX."""
    place = Place(name="Shop", street=("Street 1",), city="Leipzig", postcode="04356", country="DE")
    site.put(
        tx,
        company=Company("Demo", gs1_prefix="9521234"),
        shops=[Shop("DE", "Kontor", "shopify", "de", "EUR", "DE", sender=place, returns=place)],
        warehouses=[
            Warehouse("LEJ", "Leipzig", "Leipzig", "DE", "Europe/Berlin"),
            Warehouse("SZX", "Shenzhen", "Shenzhen", "CN", "Asia/Shanghai"),
        ],
        stations=[Station("S1", "LEJ"), Station("S2", "LEJ"), Station("S4", "SZX")],
        operators=[PACKER, CHIEF],
        ranges=[
            NumberRange("sscc", "company", "39521234", 1, 999_999_999, True),
            NumberRange("tracking", "GELB", "GX", 1, 999_999, True),
        ],
    )
    tx.execute(insert(carrier_tables.carrier).values(code="GELB", name="Gelbe Post"))
    tx.execute(
        insert(carrier_tables.service).values(
            carrier="GELB", code="STD", warehouse="LEJ", name="Standard", kind="parcel", drop_off="17:30",
            incoterms=["DDU"], forbids=["battery_alone"], max_weight_g=31_500, max_side_mm=1200, days_p50=2, days_p90=4,
            rates=[{"zone": "all", "countries": ["*"], "currency": "EUR", "base": 390, "per_kg": 90}],
        )
    )  # fmt: skip
    assert carriers.services(tx, "LEJ")
    catalog.add_products(tx, PRODUCTS)
    catalog.add_cartons(tx, [Carton("BOX-S", "PBXEE", "Box S", "box", Size(300, 250, 300), 110, 5000),
                             Carton("BOX-L", "PBXRR", "Box L", "box", Size(600, 400, 400), 300, 20_000)])  # fmt: skip
    bins = [("A-01", 10), ("A-02", 20), ("B-01", 30)]
    catalog.add_bins(
        tx, [{"warehouse": w, "bin": b, "walk_order": n, "kind": "shelf"} for w in ("LEJ", "SZX") for b, n in bins]
    )
    for tote in ("T01", "T02", "T03"):
        tx.execute(
            insert(ship_tables.tote).values(
                code=tote, scan="PBT" + {"1": "EE", "2": "RR", "3": "UU"}[tote[-1]], warehouse="LEJ"
            )
        )
    rows = [("CUP", "A-01", 12, "", ""), ("CUP", "B-01", 8, "", ""), ("TEE", "A-02", 20, "", ""),
            ("OIL", "B-01", 10, "L1", ""), ("OIL", "A-01", 10, "L2", "")]  # fmt: skip
    rows += [("CAM", "B-01", 1, "", f"SN{n}") for n in range(5)]
    stock.post(
        tx, [Row(s, "LEJ", "on_hand", q, "opening", "build", p, lot, serial) for s, p, q, lot, serial in rows], now
    )
    stock.post(tx, [Row("CUP", "SZX", "on_hand", 5, "opening", "build", "A-01")], now)


def ship(
    tx: Tx, order: str, lines: Sequence[tuple[str, int]], now: datetime, *, n: int = 1, warehouse: str = "LEJ",
    state: str = "ready", leaves_at: str = "2026-11-18T15:00:00.000Z",
) -> str:  # fmt: skip
    """An order's shipment, reserved and (unless told otherwise) ready; the order is made when it isn't there."""
    if not tx.execute(orders.order.select().where(orders.order.c.id == order)).first():
        tx.execute(insert(orders.customer).values(id=f"c-{order}", shop="DE", shop_key=order, name="Ada Muster"))
        tx.execute(
            insert(orders.address).values(
                id=f"a-{order}",
                customer_id=f"c-{order}",
                name="Ada Muster",
                street=["Gasse 1"],
                city="Berlin",
                postcode="10115",
                country="DE",
            )
        )
        money = dict.fromkeys(
            ("goods_minor", "discount_minor", "shipping_minor", "tax_minor", "duty_minor", "fees_minor", "total_minor"),
            0,
        )
        tx.execute(
            insert(orders.order).values(
                id=order, shop="DE", number=order.split("-")[1], state="planned", payment="paid", placed_at=stamp(now),
                updated_at=stamp(now), imported_at=stamp(now), country="DE", currency="EUR", paid_currency="EUR",
                taxes_included=True, tags=[], ship_to=f"a-{order}", customer_id=f"c-{order}", plan_no=0, **money,
            )
        )  # fmt: skip
    own = f"{order}-{n}"
    made = tuple(ShipmentLine(i, i, sku, qty) for i, (sku, qty) in enumerate(lines, 1))
    new = NewShipment(own, order, n, "DE", warehouse, state, "GELB", "STD", "DDU", "DE", leaves_at, stamp(now), made)
    shipments.add(tx, [new], now)
    summed: dict[str, int] = {}
    for sku, qty in lines:
        summed[sku] = summed.get(sku, 0) + qty
    reserve(tx, [Want(own, sku, warehouse, qty) for sku, qty in summed.items()], expires_at=None, source=own, now=now)
    return own


def open_kinds(tx: Tx) -> Counter[str]:
    """How many cases are open, by kind."""
    return Counter(one.kind for one in cases.listing(tx, state="open", limit=1000))


def printed(tx: Tx, parcel: str, now: datetime) -> None:
    """The parcel's first label came out, as the applier writes it."""
    row = {"subject": parcel, "document": "parcel_label", "issue": 1, "copy": 1, "state": "confirmed", "station": "S1"}
    tx.execute(insert(ship_tables.print_job).values(**row, printer="", detail={}, at=stamp(now), by="PBPICKER"))


def balance(tx: Tx, sku: str, warehouse: str = "LEJ") -> Mapping[str, int]:
    found = stock.balances(tx, [sku])[sku, warehouse]
    return {
        "on_hand": found.on_hand,
        "damaged": found.damaged,
        "reserved": found.reserved,
        "available": found.available,
    }
