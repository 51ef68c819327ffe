"""A whole shift without a screen: ten orders of the demo, two of them split, from claim to dispatch."""

from __future__ import annotations

import json
from collections import Counter

from app.bench.shift import by_warehouse, choose, work_off
from app.desk.views import show
from tests.command import run
from tests.demo_shop import Shop, balances
from tests.zpl_render.renderer import ZplRenderer, read_symbols


def test_ten_orders_go_from_claim_to_dispatch_and_take_from_stock_just_what_left(
    any_demo: Shop, render_zpl: ZplRenderer
) -> None:
    demo = any_demo
    with demo.reading() as read:
        chosen = choose(read, 10, 2)
        before = balances(read)
        stations = {r["warehouse"]: r["name"] for r in read("SELECT name, warehouse FROM station ORDER BY name DESC")}
    orders = Counter(row["order_id"] for row in chosen)
    assert len(orders) == 10
    assert sum(n > 1 for n in orders.values()) == 2

    for warehouse, some in by_warehouse(chosen).items():
        work_off(demo.bench(stations[warehouse]), demo.url, stations[warehouse], some, demo.printer)

    left: Counter[tuple[str, str]] = Counter()
    parcels = []
    with demo.reading() as read:
        for row in chosen:
            shipment = show.shipment(read, row["id"])
            assert shipment["state"] == "dispatched"
            for line in shipment["lines"]:
                assert line["packed"] == line["qty"]
                left[line["sku"], shipment["warehouse"]] += line["qty"]
            parcels += [(shipment, parcel) for parcel in shipment["parcels"]]
        for key, (on_hand, reserved) in balances(read).items():
            was_on_hand, was_reserved = before[key]
            assert (was_on_hand - on_hand, was_reserved - reserved) == (left[key], left[key]), key
        for order in orders:
            assert show.order(read, order)["state"] == "shipped"

    for shipment, parcel in parcels:
        assert sum(item["qty"] for item in parcel["items"]) > 0
        [png] = render_zpl((demo.printed / f"{parcel['parcel'].replace('/', '%2F')} parcel_label 1.zpl").read_bytes())
        seen = {symbol.text for symbol in read_symbols(png)}
        assert {f"00{parcel['sscc']}", parcel["tracking"]} == seen, (shipment["shipment"], seen)
    assert len({p["sscc"] for _, p in parcels}) == len(parcels) == len(list(demo.printed.glob("*parcel_label*")))

    code, told, _ = run(demo.hub, "check", "--json")
    assert (code, json.loads(told)["findings"]) == (0, [])
    for station in set(stations.values()):
        journal = demo.home / "stations" / station / "journal.db"
        if journal.exists():
            assert run(demo.hub, "check", "--journal", str(journal))[0] == 0
