"""The picker's picture agrees with the cart, whatever was scanned, and its places don't move."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given

from app.floor import bench
from app.floor.packet import Packet
from app.floor.picture.pick import PickPicture, of_pick
from app.floor.workflows import pick
from app.floor.workflows.cart import Cart
from tests.floor import goods
from tests.floor.goods import Station
from tests.floor.test_walks import WALK, WALKS, code_of

CUP, TEE, PHONES = "9521234001010", "9521234001164", "9521234001348"
MAKERS = (goods.cart, goods.bulk_pick, goods.awkward_cart)
_ACTS = {
    "awaiting_bin": {"bin", "number", "broken"},
    "awaiting_item": {"item", "hold", "number", "broken"},
    "awaiting_tote": {"tote", "number", "broken"},
    "awaiting_exit": {"lacking", "number", "broken"},
    "finished": {"finished"},
}


def drawn(station: Station) -> PickPicture:
    assert isinstance(station.state, pick.PickState)
    return of_pick(station.state)


def check(station: Station, places: PickPicture) -> None:
    seen, shown = bench.view(station.state), drawn(station)
    cart = station.state.work
    assert isinstance(cart, Cart)
    assert (shown.done, shown.of) == (seen.done, seen.of)
    if seen.state in _ACTS:
        assert shown.act in _ACTS[seen.state]
    assert [bin_.bin for bin_ in shown.walk] == [bin_.bin for bin_ in places.walk]
    assert [tote.shipment for tote in shown.totes] == [tote.shipment for tote in places.totes]
    here = [bin_.bin for bin_ in shown.walk if bin_.standing == "here"]
    assert here == ([shown.bin] if shown.bin else [])
    assert sum(tote.standing == "current" for tote in shown.totes) == bool(shown.bin)
    waits = {cart.packet.stops[i].bin for i in cart.queue}
    assert waits - set(here) == {b.bin for b in shown.walk if b.standing in ("open", "skipped")}
    assert shown.stops_done == shown.stops - len(waits | set(here))
    if shown.act == "tote":
        assert 0 < shown.in_hand <= shown.take
    assert (shown.question is not None) == (cart.question is not None)
    assert {tote.shipment for tote in shown.totes if tote.standing == "gone"} == (
        set() if shown.bulk else set(cart.dropped)
    )


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
@WALKS
@given(walk=WALK)
def test_counts_and_places_are_the_carts_own_after_any_scan(
    make: Callable[[], Packet], walk: list[tuple[object, float]]
) -> None:
    station = Station(make())
    places = drawn(station)
    check(station, places)
    for scan, delay in walk:
        station.scan(code_of(station, scan), after=delay)
        check(station, places)


def test_the_three_steps_follow_the_hands_bin_item_tote() -> None:
    station = Station(goods.cart())
    shown = drawn(station)
    assert (shown.act, shown.bin, shown.aisle, shown.take, shown.tote) == ("bin", "A-01", "A", 8, "")
    station.scan("A-01")
    assert drawn(station).act == "item"
    station.scans("PBCOUNT", "8", CUP)
    shown = drawn(station)
    assert (shown.act, shown.in_hand, shown.take) == ("tote", 8, 8)
    station.scan("PBTONE")
    shown = drawn(station)
    assert (shown.act, shown.shipment, shown.take) == ("item", "DE-2-1", 2)
    assert [(t.shipment, t.totes, t.done, t.of, t.standing) for t in shown.totes] == [
        ("DE-1-1", ("T01",), 8, 10, "open"),
        ("DE-2-1", (), 0, 5, "current"),
    ]


def test_the_items_picture_says_what_the_next_scan_is_compared_with() -> None:
    shown = drawn(Station(goods.cart()))
    assert shown.thing is not None
    assert (shown.thing.sku, shown.thing.name, shown.thing.code[-4:]) == ("CUP-SAND", "Stoneware cup, sand", "1010")


def test_a_bin_passed_by_keeps_its_place_and_says_so() -> None:
    station = Station(goods.cart())
    station.scan("PBNEXT")
    assert [(b.bin, b.standing) for b in drawn(station).walk] == [
        ("A-01", "skipped"),
        ("A-02", "here"),
        ("B-01", "open"),
    ]


def test_the_tote_is_named_once_the_shipment_has_one() -> None:
    station = Station(goods.cart())
    station.scans("A-01", CUP, "PBTONE", CUP)
    assert (drawn(station).act, drawn(station).tote) == ("tote", "T01")


def test_one_item_orders_share_one_tote() -> None:
    station = Station(goods.bulk_pick())
    station.scans("A-01", TEE)
    shown = drawn(station)
    assert [(t.shipment, t.done, t.of, t.standing) for t in shown.totes] == [("", 0, 3, "current")]
    assert (shown.take, shown.in_hand) == (2, 1)


def test_a_question_stands_over_the_act_it_was_asked_in() -> None:
    station = Station(goods.cart())
    station.scans("A-01", "PBSHORT")
    shown = drawn(station)
    assert shown.question is not None
    assert (shown.act, shown.question.id) == ("item", "short_again")


def test_a_stop_leaves_the_picture_beneath_it_as_it_was() -> None:
    station = Station(goods.cart())
    station.scan("A-01")
    before = drawn(station)
    assert station.say(TEE) == "wrong_item"
    assert drawn(station) == before
