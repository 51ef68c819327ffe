"""Every stop there is has its picture: compared where something can be, with its reason where not."""

from __future__ import annotations

import pytest
from hypothesis import given

from app.floor import bench
from app.floor.messages import MESSAGES
from app.floor.picture.stop import differing, of_stop
from app.floor.picture.values import Side
from app.floor.work import Message, News
from app.floor.workflows import dispatch
from tests.floor import goods
from tests.floor.goods import NOON, Station
from tests.floor.test_walks import MAKERS, WALK, WALKS, code_of

STOPS = sorted(id_ for id_, entry in MESSAGES.items() if entry.severity == "stop")


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
@given(walk=WALK)
@WALKS
def test_there_is_a_picture_exactly_while_a_stop_waits(make, walk):  # type: ignore[no-untyped-def]
    station = Station(make())
    for scan, delay in walk:
        station.scan(code_of(station, scan), after=delay)
        shown, seen = of_stop(station.state), bench.view(station.state)
        assert (shown is not None) == (seen.state == "stopped")
        if shown:
            assert shown.message == seen.standing
            assert (shown.scanned is None) == (shown.needed is None)
            assert shown.done <= shown.of


def test_a_wrong_item_stands_beside_the_one_needed_and_what_differs_is_apart():
    station = Station(goods.order())
    station.scan("9521234001027")
    shown = of_stop(station.state)
    assert shown is not None
    assert shown.scanned == Side("Stoneware cup,", "slate", "9521234001027", "CUP-SLATE")
    assert shown.needed == Side("Stoneware cup,", "sand", "9521234001010", "CUP-SAND")
    assert (shown.done, shown.of, shown.again) == (0, 9, True)


def test_an_article_that_no_job_here_knows_is_shown_alone_when_nothing_is_needed():
    station = Station(goods.labelled())
    station.scan("9521234001775")
    shown = of_stop(station.state)
    assert shown is not None
    assert shown.needed is None
    assert shown.about is not None


def test_a_wrong_lot_compares_the_lots_of_the_same_article():
    station = Station(goods.order())
    station.scan("010952123400145410L9")
    shown = of_stop(station.state)
    assert shown is not None
    assert (shown.scanned, shown.needed) == (Side("Soap", "L9", "", "SOAP"), Side("Soap", "L1, L2", "", "SOAP"))


def test_a_cancelled_order_has_its_reason_and_is_not_acknowledged_by_the_scan_it_came_with():
    station = Station(goods.simple())
    station.news = {"DE-1-1": News("cancelled")}
    station.scan("9521234001010")
    shown = of_stop(station.state)
    assert shown is not None
    assert (shown.message.id, shown.scanned, shown.about) == ("order_cancelled", None, Side("", "DE-1-1"))


@pytest.mark.parametrize("id_", [id_ for id_ in STOPS if id_.startswith(("load_", "handover_"))])
def test_a_stop_at_the_dock_has_a_picture_too(id_):  # type: ignore[no-untyped-def]
    values = {"parcel": "DE-1-1/1", "carrier": "DHL", "want_carrier": "UPS", "unload": ("DE-1-1/1",), "parcels": ""}
    stopped = dispatch.Stopped(Message(id_, values), "DE-1-1/1", NOON, dispatch.start())
    shown = of_stop(stopped)
    assert shown is not None
    assert (shown.scanned is not None) == (id_ == "load_wrong_carrier")


@pytest.mark.parametrize(
    ("mine", "theirs", "apart"),
    [
        ("T-shirt, navy, M", "T-shirt, navy, L", (("T-shirt, navy,", "M"), ("T-shirt, navy,", "L"))),
        ("Glass vase, small", "Water carafe 1 l", (("", "Glass vase, small"), ("", "Water carafe 1 l"))),
        ("Teapot 0.9 l", "Teapot 1.2 l", (("Teapot", "0.9 l"), ("Teapot", "1.2 l"))),
        ("DE-1042-1/1", "DE-1042-2/1", (("DE-1042-", "1/1"), ("DE-1042-", "2/1"))),
        ("DE-1042-1/1", "DE-1042-1/2", (("DE-1042-", "1/1"), ("DE-1042-", "1/2"))),
        ("T01", "T02", (("", "T01"), ("", "T02"))),
    ],
)
def test_two_names_are_parted_where_they_begin_to_differ(mine, theirs, apart):  # type: ignore[no-untyped-def]
    assert differing(mine, theirs) == apart
