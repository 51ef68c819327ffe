"""A found shortage is never refused: whose units are taken back, who is asked, and what stays true."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import insert, update

from app.cases import store as cases
from app.db import Database, Tx, feed
from app.desk.views.told import needs
from app.floor.facts import BrokenFound, ShortFound
from app.floor.shortage import adjusted, counted, found_short
from app.orders import timeline
from app.shipments import check as shipment_check
from app.shipments import store as shipments
from app.shipments import tables as t
from app.shipments.shipment import Hop
from app.stock import check as stock_check
from app.stock import store as stock
from app.stock.adjust import Adjustment
from app.stock.count import Counted
from app.stock.move import Move, move
from tests.small_site import CHIEF, balance, build, ship


def short(
    tx: Tx, shipment: str, qty: int, now: datetime, *, place: str = "A-01", broken: bool = False, line: int = 1
) -> None:
    what = (BrokenFound if broken else ShortFound)(shipment, line, place, "CUP", qty)
    found_short(tx, what, warehouse="LEJ", by="PBPICKER", source="fact-1", now=now)


def sound(tx: Tx) -> None:
    assert list(stock_check.check(tx)) == []
    assert list(shipment_check.check(tx)) == []


def shorts(tx: Tx, *ids: str) -> list[int]:
    found = shipments.get(tx, ids)
    return [sum(line.short for line in found[one].lines) for one in ids]


def pick(tx: Tx, shipment: str, qty: int, now: datetime, *, tote: str = "T01", place: str = "A-01") -> None:
    """As the applier writes it: claimed, moved into the tote, counted as picked."""
    shipments.hops(tx, [Hop(shipment, "picking", "PBPICKER")], now)
    move(tx, [Move("CUP", "LEJ", place, f"T:{tote}", qty, "pick", "f")], now)
    tx.execute(insert(t.tote_item).values(tote=tote, shipment_id=shipment, line=1, sku="CUP", qty=qty))
    tx.execute(update(t.shipment_line).where(t.shipment_line.c.shipment_id == shipment).values(picked=qty))


def open_kinds(tx: Tx, order: str) -> list[str]:
    return sorted(case.kind for case in cases.open_of(tx, order))


def test_the_own_shipment_pays_first_and_nobody_else_when_that_suffices(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 3)], now)
        ship(tx, "DE-2", [("CUP", 17)], now)
        short(tx, "DE-1-1", 2, now)
        assert shorts(tx, "DE-1-1", "DE-2-1") == [2, 0]
        assert balance(tx, "CUP") == {"on_hand": 18, "damaged": 0, "reserved": 18, "available": 0}
        assert (open_kinds(tx, "DE-1"), open_kinds(tx, "DE-2")) == (["short_pick"], [])
        sound(tx)


def test_the_line_is_short_even_when_free_units_lie_elsewhere(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 3)], now)
        short(tx, "DE-1-1", 1, now)
        assert shorts(tx, "DE-1-1") == [1]
        assert balance(tx, "CUP") == {"on_hand": 19, "damaged": 0, "reserved": 2, "available": 17}
        sound(tx)


def test_next_pays_the_youngest_unclaimed_then_the_youngest_claimed_and_never_a_tote(
    database: Database, now: datetime
) -> None:
    with database.write() as tx:
        build(tx, now)
        for n in range(1, 6):
            ship(tx, f"DE-{n}", [("CUP", 4)], now + timedelta(minutes=n))
        pick(tx, "DE-5-1", 3, now)  # the youngest, claimed: three in its tote, one still to pick
        shipments.hops(tx, [Hop("DE-4-1", "picking", "PBPICKER")], now)
        # 17 lie in bins, all are promised; ten are gone: own 4, then DE-3 and so on
        short(tx, "DE-1-1", 9, now, place="A-01")
        assert shorts(tx, "DE-1-1", "DE-2-1", "DE-3-1", "DE-4-1", "DE-5-1") == [4, 1, 4, 0, 0]
        short(tx, "DE-2-1", 8, now, place="B-01")
        assert shorts(tx, "DE-1-1", "DE-2-1", "DE-3-1", "DE-4-1", "DE-5-1") == [4, 4, 4, 4, 1]
        assert balance(tx, "CUP") == {"on_hand": 3, "damaged": 0, "reserved": 3, "available": 0}
        assert [open_kinds(tx, f"DE-{n}") for n in range(1, 6)] == [
            ["short_pick"], ["found_short", "short_pick"], ["found_short"], ["found_short"], ["found_short"],
        ]  # fmt: skip
        sound(tx)


def test_a_shipment_with_nothing_left_to_ship_is_cancelled_and_benches_hear_of_all_hurt(
    database: Database, now: datetime
) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 2)], now)
        ship(tx, "DE-2", [("CUP", 18)], now)
    with database.read() as tx:
        before = feed.since(tx, feed.Cursor())[-1].cursor
    with database.write() as tx:
        short(tx, "DE-1-1", 3, now)
        found = shipments.get(tx, ["DE-1-1", "DE-2-1"])
        assert (found["DE-1-1"].state, found["DE-2-1"].state) == ("cancelled", "held")
        assert [h.entry.event for h in timeline.read(tx, "DE-2")][-2:] == ["state", "taken_back"]
        sound(tx)
    with database.read() as tx:
        heard = {change.key for change in feed.since(tx, before) if change.topic == "shipment"}
        assert heard == {"DE-1-1", "DE-2-1"}


def test_broken_units_stay_where_they_lie_and_are_damaged(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 2)], now)
        short(tx, "DE-1-1", 1, now, broken=True)
        assert balance(tx, "CUP") == {"on_hand": 20, "damaged": 1, "reserved": 1, "available": 18}
        place = next(p for p in stock.places(tx, [("CUP", "LEJ")]) if p.place == "A-01")
        assert (place.on_hand, place.damaged) == (12, 1)
        sound(tx)


def test_what_is_missing_from_a_tote_leaves_its_list_and_its_own_line_only(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 3)], now)
        ship(tx, "DE-2", [("CUP", 17)], now)
        pick(tx, "DE-1-1", 3, now)
        short(tx, "DE-1-1", 1, now, place="T:T01")
        line = shipments.get(tx, ["DE-1-1"])["DE-1-1"].lines[0]
        assert (line.short, line.picked) == (1, 2)
        assert [item.qty for item in shipments.in_totes(tx, ["DE-1-1"])] == [2]
        assert shorts(tx, "DE-2-1") == [0]
        sound(tx)


def test_broken_in_a_tote_stays_there_as_damaged(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 1)], now)
        pick(tx, "DE-1-1", 1, now)
        short(tx, "DE-1-1", 1, now, place="T:T01", broken=True)
        assert balance(tx, "CUP") == {"on_hand": 20, "damaged": 1, "reserved": 0, "available": 19}
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "cancelled"
        sound(tx)


def test_more_missing_than_the_ledger_knew_of_lowers_it_to_nothing_and_no_further(
    database: Database, now: datetime
) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 14)], now)
        short(tx, "DE-1-1", 14, now, place="A-01")  # the ledger has 12 there
        assert balance(tx, "CUP") == {"on_hand": 8, "damaged": 0, "reserved": 0, "available": 8}
        sound(tx)


def test_a_count_below_what_is_promised_takes_promises_back(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 10)], now)
        ship(tx, "DE-2", [("CUP", 10)], now + timedelta(minutes=1))
        wrong = counted(tx, Counted("CUP", "LEJ", "A-01", 2), source="c", operator=CHIEF, now=now)
        assert wrong == -10
        assert shorts(tx, "DE-1-1", "DE-2-1") == [0, 10]
        assert (open_kinds(tx, "DE-1"), open_kinds(tx, "DE-2")) == ([], ["found_short"])
        sound(tx)


def test_damage_seen_by_a_supervisor_does_the_same(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 20)], now)
        adjusted(tx, Adjustment("CUP", "LEJ", "B-01", 3, "damaged", "damaged"), source="a", operator=CHIEF, now=now)
        assert balance(tx, "CUP") == {"on_hand": 20, "damaged": 3, "reserved": 17, "available": 0}
        adjusted(tx, Adjustment("CUP", "LEJ", "B-01", -3, "repaired", "damaged"), source="b", operator=CHIEF, now=now)
        assert balance(tx, "CUP")["available"] == 3
        sound(tx)


def test_a_shortage_found_again_opens_no_second_case_but_stands_in_the_first(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 5)], now)
        short(tx, "DE-1-1", 1, now)
    with database.read() as tx:
        before = feed.since(tx, feed.Cursor())[-1].cursor
    with database.write() as tx:
        short(tx, "DE-1-1", 2, now, place="B-01")
        assert shorts(tx, "DE-1-1") == [3]
        (case,) = cases.open_of(tx, "DE-1")
        assert (case.kind, case.detail) == ("short_pick", {"sku": "CUP", "units": 3, "place": "B-01", "broken": 0})
        sound(tx)
    with database.read() as tx:
        assert case.id in {change.key for change in feed.since(tx, before) if change.topic == "case"}


def test_a_case_tells_of_each_article_its_shipment_lacks(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 5), ("TEE", 4)], now)
        short(tx, "DE-1-1", 1, now)
        for qty in (1, 2):
            what = ShortFound("DE-1-1", 2, "A-02", "TEE", qty)
            found_short(tx, what, warehouse="LEJ", by="PBPICKER", source="fact-2", now=now)
        (case,) = cases.open_of(tx, "DE-1")
        assert (case.detail["units"], case.detail["missing"]) == (4, {"CUP": 1, "TEE": 3})
        assert needs(case.kind, case.detail, "en") == "1 × CUP · 3 × TEE · A-02"


def test_two_counts_that_take_back_from_one_order_are_both_in_its_case(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 20)], now)
        for qty in (10, 4):
            counted(tx, Counted("CUP", "LEJ", "A-01", qty), source="c", operator=CHIEF, now=now)
        assert shorts(tx, "DE-1-1") == [8]
        assert [case.detail["units"] for case in cases.open_of(tx, "DE-1")] == [8]
        sound(tx)


def test_what_the_finder_loses_beyond_what_was_missed_stands_in_its_case(database: Database, now: datetime) -> None:
    """Six were promised to the line at whose bin twelve are missed: the order's other line pays for the rest."""
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 14), ("CUP", 6)], now)
        short(tx, "DE-1-1", 12, now, line=2)
        assert shorts(tx, "DE-1-1") == [12]
        assert [case.detail["units"] for case in cases.open_of(tx, "DE-1")] == [12]
        sound(tx)


def test_a_tote_the_bench_has_written_down_already_is_not_lowered_twice(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 3)], now)
        pick(tx, "DE-1-1", 3, now)
        tx.execute(update(t.tote_item).values(qty=2))  # the applier writes the fold first, then the shortage
        tx.execute(update(t.shipment_line).values(picked=2))
        short(tx, "DE-1-1", 1, now, place="T:T01", broken=True)
        line = shipments.get(tx, ["DE-1-1"])["DE-1-1"].lines[0]
        assert (line.short, line.picked) == (1, 2)
        assert [item.qty for item in shipments.in_totes(tx, ["DE-1-1"])] == [2]
        sound(tx)
