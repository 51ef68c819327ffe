"""What follows when the shop says something new, and when the clock does."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import insert, update

from app.base.clock import stamp
from app.cases import store as cases
from app.db import Database, Tx
from app.desk.due import begin_presales, expire_unpaid
from app.desk.hold import hold, release
from app.desk.news import heard
from app.floor.shortage import counted
from app.orders import store as orders
from app.orders import tables as t
from app.planning.plan import plan_orders
from app.shipments import check as shipment_check
from app.shipments import store as shipments
from app.site.roles import SYSTEM
from app.stock import check as stock_check
from app.stock import store as stock
from app.stock.count import Counted
from tests.small_site import CHIEF, balance, build, ship


def order(tx: Tx, now: datetime, *, qty: int = 2, **values: object) -> None:
    """DE-1, new: so many cups."""
    money = dict.fromkeys(
        ("goods_minor", "discount_minor", "shipping_minor", "tax_minor", "duty_minor", "fees_minor", "total_minor"), 0
    )
    tx.execute(
        insert(t.address).values(id="a", name="Ada", street=["Gasse 1"], city="Berlin", postcode="10115", country="DE")
    )
    row = {
        "id": "DE-1", "shop": "DE", "number": "1", "state": "new", "payment": "pending", "placed_at": stamp(now),
        "updated_at": stamp(now), "imported_at": stamp(now), "country": "DE", "currency": "EUR", "paid_currency": "EUR",
        "taxes_included": True, "tags": [], "ship_to": "a", "plan_no": 0,
    }  # fmt: skip
    tx.execute(insert(t.order).values(row | money | values))
    tx.execute(
        insert(t.order_line).values(
            order_id="DE-1", line=1, shop_line="1", shop_sku="CUP", sku="CUP", title="Cup", qty=qty, unit_price="1",
            total_minor=100, taxes=[],
        )
    )  # fmt: skip


def says(tx: Tx, **values: object) -> None:
    tx.execute(update(t.order).where(t.order.c.id == "DE-1").values(values))


def planned(database: Database, now: datetime, **values: object) -> None:
    with database.write() as tx:
        build(tx, now)
        order(tx, now, **values)  # type: ignore[arg-type]
    plan_orders(database, None, operator=SYSTEM, now=now)


def states(tx: Tx) -> tuple[str, list[str]]:
    assert list(stock_check.check(tx)) == []
    assert list(shipment_check.check(tx)) == []
    return orders.load(tx, ["DE-1"])[0].state, [s.state for s in shipments.of_orders(tx, ["DE-1"])["DE-1"]]


def open_kinds(tx: Tx) -> list[str]:
    return sorted(case.kind for case in cases.open_of(tx, "DE-1"))


def test_payment_in_time_makes_the_reservation_firm_and_the_shipment_ready(database: Database, now: datetime) -> None:
    planned(database, now)
    with database.write() as tx:
        assert states(tx) == ("planned", ["planned"])
        says(tx, payment="paid", updated_at=stamp(now + timedelta(hours=1)))
        heard(tx, "DE-1", {"payment"}, operator=SYSTEM, now=now)
        assert states(tx) == ("planned", ["ready"])
        assert [r.expires_at for r in stock.reservations(tx, shipments=["DE-1-1"])] == [None]
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].news_at == stamp(now + timedelta(hours=1))


def test_without_payment_the_units_come_free_and_are_not_taken_again(database: Database, now: datetime) -> None:
    planned(database, now)
    later = now + timedelta(days=4)
    with database.write() as tx:
        assert expire_unpaid(tx, now) == []
        assert expire_unpaid(tx, later) == ["DE-1"]
        assert expire_unpaid(tx, later) == []
        assert states(tx) == ("held", ["cancelled"])
        assert open_kinds(tx) == ["unpaid_expired"]
        assert balance(tx, "CUP")["available"] == 20
    plan_orders(database, None, operator=SYSTEM, now=later)
    with database.read() as tx:
        assert balance(tx, "CUP")["reserved"] == 0


def test_nobody_is_asked_any_more_what_an_expired_order_lacked(database: Database, now: datetime) -> None:
    planned(database, now)
    with database.write() as tx:
        for place, lie in (("A-01", 0), ("B-01", 1)):
            counted(tx, Counted("CUP", "LEJ", place, lie), source="c", operator=CHIEF, now=now)
        assert open_kinds(tx) == ["found_short"]
        expire_unpaid(tx, now + timedelta(days=4))
        assert states(tx) == ("held", ["cancelled"])
        assert open_kinds(tx) == ["unpaid_expired"]


def test_late_payment_plans_anew(database: Database, now: datetime) -> None:
    planned(database, now)
    later = now + timedelta(days=4)
    with database.write() as tx:
        expire_unpaid(tx, later)
        says(tx, payment="paid")
        heard(tx, "DE-1", {"payment"}, operator=SYSTEM, now=later)
        assert states(tx) == ("planned", ["cancelled", "ready"])
        assert open_kinds(tx) == []


def test_late_payment_for_goods_that_are_gone_asks_a_person(database: Database, now: datetime) -> None:
    planned(database, now, qty=20)
    later = now + timedelta(days=4)
    with database.write() as tx:
        expire_unpaid(tx, later)
        ship(tx, "DE-2", [("CUP", 19)], now)
        says(tx, payment="paid")
        heard(tx, "DE-1", {"payment"}, operator=SYSTEM, now=later)
        assert states(tx)[0] == "held"
        assert "paid_not_allocatable" in open_kinds(tx)


def test_payment_just_before_expiry_is_looked_at_is_in_time(database: Database, now: datetime) -> None:
    planned(database, now)
    with database.write() as tx:
        says(tx, payment="paid")
        assert expire_unpaid(tx, now + timedelta(days=4)) == []
        assert states(tx)[0] == "planned"


def test_a_presale_is_claimable_from_its_day_on(database: Database, now: datetime) -> None:
    planned(database, now, payment="paid", available_from="2026-12-01")
    with database.write() as tx:
        assert states(tx) == ("planned", ["planned"])
        assert begin_presales(tx, now) == []
        assert begin_presales(tx, now + timedelta(days=12)) == []
        assert begin_presales(tx, now + timedelta(days=14)) == ["DE-1-1"]
        assert states(tx) == ("planned", ["ready"])


def test_a_presale_paid_late_still_waits_for_its_day(database: Database, now: datetime) -> None:
    planned(database, now, available_from="2026-12-01")
    with database.write() as tx:
        says(tx, payment="paid")
        heard(tx, "DE-1", {"payment"}, operator=SYSTEM, now=now)
        assert states(tx) == ("planned", ["planned"])
        assert stock.expired(tx, now + timedelta(days=30)) == []


def test_payment_of_a_held_order_counts_underneath_the_hold(database: Database, now: datetime) -> None:
    planned(database, now)
    with database.write() as tx:
        hold(tx, "DE-1", reason="", operator=CHIEF, now=now)
        says(tx, payment="paid")
        heard(tx, "DE-1", {"payment"}, operator=SYSTEM, now=now)
        assert states(tx) == ("held", ["held"])
        release(tx, "DE-1", operator=CHIEF, now=now)
        assert states(tx) == ("planned", ["ready"])


def test_a_payment_taken_back_stops_the_order(database: Database, now: datetime) -> None:
    planned(database, now, payment="paid")
    with database.write() as tx:
        says(tx, payment="refunded")
        heard(tx, "DE-1", {"payment"}, operator=SYSTEM, now=now)
        assert states(tx) == ("held", ["held"])
        assert open_kinds(tx) == ["payment_reversed"]


def test_the_shops_cancellation_cancels_what_was_planned(database: Database, now: datetime) -> None:
    planned(database, now, payment="paid")
    with database.write() as tx:
        says(tx, cancelled_at=stamp(now))
        heard(tx, "DE-1", {"cancelled", "payment"}, operator=SYSTEM, now=now)
        assert states(tx) == ("cancelled", ["cancelled"])
        assert balance(tx, "CUP")["available"] == 20


def test_the_shops_cancellation_of_a_waiting_order_settles_its_cases(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        order(tx, now, qty=99, payment="paid")
    plan_orders(database, None, operator=SYSTEM, now=now)
    with database.write() as tx:
        assert open_kinds(tx) == ["short_stock"]
        says(tx, cancelled_at=stamp(now), state="cancelled")  # intake says so itself where nothing was planned
        heard(tx, "DE-1", {"cancelled"}, operator=SYSTEM, now=now)
        assert open_kinds(tx) == []


def test_a_changed_address_of_a_waiting_order_is_screened_again(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        order(tx, now, payment="paid")
        tx.execute(update(t.address).values(postcode=""))
    plan_orders(database, None, operator=SYSTEM, now=now)
    with database.write() as tx:
        assert (states(tx)[0], open_kinds(tx)) == ("held", ["incomplete_address"])
        tx.execute(update(t.address).values(postcode="10115"))
        heard(tx, "DE-1", {"address"}, operator=SYSTEM, now=now)
        assert (states(tx)[0], open_kinds(tx)) == ("new", [])
    plan_orders(database, None, operator=SYSTEM, now=now)
    with database.read() as tx:
        assert states(tx) == ("planned", ["ready"])


def test_other_goods_after_planning_are_a_persons_to_decide(database: Database, now: datetime) -> None:
    planned(database, now, payment="paid")
    with database.write() as tx:
        heard(tx, "DE-1", {"items"}, operator=SYSTEM, now=now)
        assert states(tx) == ("planned", ["ready"])
        assert open_kinds(tx) == ["items_changed"]


def test_moving_to_another_country_replans_what_nobody_has_begun(database: Database, now: datetime) -> None:
    planned(database, now, payment="paid")
    with database.write() as tx:
        tx.execute(update(t.address).values(country="AT", city="Wien", postcode="1010"))
        says(tx, country="AT")
        heard(tx, "DE-1", {"address"}, operator=SYSTEM, now=now)
        assert states(tx) == ("planned", ["cancelled", "ready"])
        assert shipments.get(tx, ["DE-1-2"])["DE-1-2"].country == "AT"
