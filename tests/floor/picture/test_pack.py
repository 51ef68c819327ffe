"""The packer's picture agrees with the bench's own counts, whatever was scanned."""

from __future__ import annotations

import pytest
from hypothesis import given

from app.floor import bench
from app.floor.picture.pack import PackPicture, of_pack
from app.floor.workflows import pack, parcels
from tests.floor import goods
from tests.floor.goods import Station
from tests.floor.test_walks import DELAY, SCAN, WALK, WALKS, code_of

MAKERS = (goods.order, goods.simple, goods.bulk_pack, goods.resumed, goods.restricted, goods.labelled)
_ = DELAY, SCAN
each_packet = pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)


def drawn(station: Station) -> PackPicture:
    assert isinstance(station.state, pack.PackState)
    return of_pack(station.state)


def check(station: Station) -> None:
    seen, shown = bench.view(station.state), drawn(station)
    assert (shown.done, shown.of) == (seen.done, seen.of)
    assert (sum(line.done for line in shown.lines), sum(line.of for line in shown.lines)) == (seen.done, seen.of)
    order = [line.standing for line in shown.lines]
    assert order == sorted(order, key=("current", "open", "missing", "done").index)
    assert order.count("current") <= 1
    assert sum(tab.standing == "current" for tab in shown.tabs) <= 1
    if shown.job:
        pj = station.state.work.jobs[shown.job]
        here = [tab for tab in shown.tabs if tab.standing != "elsewhere"]
        assert sum(tab.done for tab in here) == sum(parcels.units(box.items) for box in pj.boxes)
        assert {tab.number for tab in here} >= {box.n for box in pj.boxes if box.items}
        assert [(tab.of, tab.city) for tab in shown.tabs if tab.standing == "elsewhere"] == [*pj.job.elsewhere]
    if shown.next.act == "item":
        assert shown.next.thing
        assert shown.next.done < shown.next.of
    if shown.choices and not shown.chosen:
        assert shown.choices[0] == shown.carton


@each_packet
@given(walk=WALK)
@WALKS
def test_the_picture_counts_what_the_bench_counts_and_done_lines_come_last(make, walk):  # type: ignore[no-untyped-def]
    station = Station(make())
    check(station)
    for scan, delay in walk:
        station.scan(code_of(station, scan), after=delay)
        check(station)


@each_packet
def test_what_the_picture_asks_for_next_is_what_moves_the_job_on(make):  # type: ignore[no-untyped-def]
    station = Station(make())
    acts = []
    while hints := bench.view(station.state).hints:
        shown = drawn(station)
        acts.append(shown.next.act)
        if shown.next.code:
            assert hints[0].upper() in {shown.next.code.upper(), "PBOK"} | {
                code for item in station.packet.items.values() for code, _ in item.barcodes if shown.next.act == "item"
            }
        station.scan(hints[0], after=1.5)
    assert drawn(station).next.act == "finished"
    assert set(acts) <= {
        "item",
        "any_item",
        "carton",
        "step",
        "close",
        "label",
        "hold",
        "labelled",
        "unpicked",
        "answer",
    }


def test_an_article_in_the_hand_is_shown_with_its_own_count_and_its_sister_apart():
    station = Station(goods.simple())
    shown = drawn(station)
    assert (shown.next.act, shown.next.thing.name, shown.next.done, shown.next.of) == (  # type: ignore[union-attr]
        "item", "Stoneware cup, sand", 0, 2,
    )  # fmt: skip
    station.scans("9521234001010", "9521234001010")
    shown = drawn(station)
    assert shown.next.thing.name == "Stoneware cup, slate"  # type: ignore[union-attr]
    assert [(line.thing.name, line.standing) for line in shown.lines] == [
        ("Stoneware cup, slate", "current"), ("Stoneware cup, sand", "done"),
    ]  # fmt: skip


def test_what_other_warehouses_send_stands_beside_the_parcel_and_is_not_counted_here():
    shown = drawn(Station(goods.order()))
    assert [(tab.number, tab.done, tab.of, tab.standing, tab.city) for tab in shown.tabs] == [
        (1, 0, 16, "current", ""), (0, 0, 3, "elsewhere", "Shenzhen"),
    ]  # fmt: skip


def test_a_bulk_tote_asks_for_any_item_until_one_says_whose_it_is():
    station = Station(goods.bulk_pack())
    assert (drawn(station).next.act, drawn(station).job, drawn(station).jobs) == ("any_item", "", 3)
    station.scan("9521234001010")
    assert drawn(station).job == "DE-2-1"


def test_the_suggested_carton_is_the_smallest_that_holds_all_and_another_may_be_taken():
    station = Station(goods.simple())
    shown = drawn(station)
    assert shown.carton is not None
    assert (shown.carton.code, shown.carton.fits, shown.chosen) == ("BOX-S", True, False)
    assert {choice.code for choice in shown.choices} == {"BOX-M", "BOX-S"}
    station.scan("PBXLLL")
    shown = drawn(station)
    assert shown.carton is not None
    assert (shown.carton.code, shown.chosen, shown.carton.fits) == ("BOX-M", True, True)


def test_a_question_puts_its_answer_in_the_place_of_the_next_thing():
    station = Station(goods.simple())
    station.scan("PBSHORT")
    shown = drawn(station)
    assert (shown.next.act, shown.next.code) == ("answer", "PBSHORT")
    assert shown.next.question is not None
    assert shown.next.question.id == "short_again"


def test_under_a_stop_the_job_stands_as_it_stood():
    station = Station(goods.simple())
    before = drawn(station)
    station.scan("9521234001775")
    assert bench.view(station.state).state == "stopped"
    assert drawn(station) == before


def test_a_closed_parcel_shows_the_label_that_is_to_be_scanned():
    station = Station(goods.simple())
    while bench.view(station.state).state != "awaiting_label":
        station.scan(bench.view(station.state).hints[0], after=1.5)
    label = drawn(station).label
    assert label is not None
    assert (label.parcel, label.sscc, label.issue, label.copy, label.waits) == (
        "DE-1-1/1", goods.numbers_of(1)[0], 1, 1, True,
    )  # fmt: skip
