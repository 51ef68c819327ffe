"""What the pick screen says at each act, without a window."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given

from app.floor.packet import Packet
from app.floor.picture.pick import of_pick
from app.floor.workflows.pick import PickState
from tests.floor import goods
from tests.floor.goods import Station
from tests.floor.test_walks import WALK, WALKS, code_of
from ui.context import Words
from ui.screens.pick.presenter import PickShown, place, shown

CUP, TEE = "9521234001010", "9521234001164"
EN, DE = Words("en"), Words("de")


def seen(station: Station, words: Words = EN) -> PickShown:
    assert isinstance(station.state, PickState)
    return shown(of_pick(station.state), words)


def test_on_the_way_the_bin_is_the_largest_and_the_steps_begin_with_it() -> None:
    said = seen(Station(goods.cart()))
    assert (said.next.verb, said.next.big) == ("Walk to this bin, then scan it", "A-01")
    assert [(step.words, step.state) for step in said.next.steps] == [
        ("Scan the bin", "current"),
        ("Take 8, scan each", "open"),
        ("Into a free tote", "open"),
    ]
    assert (said.job, said.counted, said.chips) == ("2 orders", "0 of 3 bins", ("3 bins", "15 items"))


def test_at_the_bin_the_item_is_named_with_its_code_and_what_is_in_hand() -> None:
    station = Station(goods.cart())
    station.scan("A-01")
    said = seen(station)
    assert (said.next.title, said.next.code, said.next.done, said.next.of) == ("Stoneware cup, sand", CUP, 0, 8)
    assert (said.item.title, said.item.code[-4:], said.item.take, said.item.mark) == (
        "Stoneware cup, sand", "1010", "take 8", "fragile",
    )  # fmt: skip
    station.scans("PBCOUNT", "3", CUP)
    said = seen(station)
    assert said.next.title == "Any free tote"
    assert "5 more to take first" in said.next.detail


def test_a_tote_once_bound_is_the_largest_and_the_cart_shows_it_taken() -> None:
    station = Station(goods.cart())
    station.scans("A-01", CUP, "PBTONE", CUP)
    said = seen(station)
    assert said.next.big == "T01"
    assert said.whose == "DE-1-1"
    assert [(tote.name, tote.detail, tote.state) for tote in said.totes] == [
        ("T01", "→ 1 of 10", "current"),
        ("free", "0 of 5", "open"),
    ]


def test_a_question_is_the_next_thing_and_its_act_stands_below_it() -> None:
    station = Station(goods.cart())
    station.scans("A-01", "PBSHORT")
    said = seen(station)
    assert (said.next.verb, said.next.title, said.next.detail) == (
        "Sure?", "8 × Stoneware cup missing?", "Scan PBSHORT again",
    )  # fmt: skip


def test_a_bin_passed_by_stands_in_the_walk_as_skipped() -> None:
    station = Station(goods.cart())
    station.scan("PBNEXT")
    assert [(stop.bin, stop.state) for stop in seen(station).walk] == [
        ("A-01", "skipped"),
        ("A-02", "current"),
        ("B-01", "open"),
    ]


@pytest.mark.parametrize(
    ("bin_", "said"), [("C-14-3", "Aisle C · bay 14 · shelf 3"), ("A-01", ""), ("FLOOR", ""), ("A--3", "")]
)
def test_a_bins_place_is_read_from_its_name_when_it_is_made_so(bin_: str, said: str) -> None:
    assert place(bin_, EN) == said


@pytest.mark.parametrize("make", [goods.cart, goods.bulk_pick, goods.awkward_cart], ids=lambda make: make.__name__)
@WALKS
@given(walk=WALK)
def test_whatever_was_scanned_there_is_a_next_thing_in_both_languages(
    make: Callable[[], Packet], walk: list[tuple[object, float]]
) -> None:
    station = Station(make())
    for scan, delay in walk:
        station.scan(code_of(station, scan), after=delay)
    for words in (EN, DE):
        said = seen(station, words)
        assert said.next.verb
        assert said.next.big or said.next.title
        assert not any("{" in text for text in (said.next.verb, said.next.title, said.job, said.counted))
        assert sum(step.state == "current" for step in said.next.steps) == bool(said.next.steps)
