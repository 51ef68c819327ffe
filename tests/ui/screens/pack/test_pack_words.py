"""Whatever stands on the bench, the pack screen has words for it: verb, thing, number."""

from __future__ import annotations

import pytest
from hypothesis import given

from app.floor.picture.pack import of_pack
from app.floor.work import News
from app.floor.workflows.pack import PackState
from tests.floor import goods
from tests.floor.goods import Station
from tests.floor.test_walks import WALK, WALKS, code_of
from ui.context import Words
from ui.packing.head import split_notice, tabs
from ui.packing.next_thing import choices, next_thing

MAKERS = (goods.order, goods.simple, goods.bulk_pack, goods.resumed, goods.restricted, goods.labelled)


def said(station: Station, language: str) -> list[str]:
    assert isinstance(station.state, PackState)
    picture, words = of_pack(station.state), Words(language)
    now = next_thing(picture, words)
    found = [now.verb, now.title]
    found += [text for choice in choices(picture, words) for text in (choice.title, choice.code)]
    found += [tab.title for tab in tabs(picture, words)]
    notice = split_notice(picture, words)
    return [*found, notice.text] if notice else found


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
@pytest.mark.parametrize("language", ["en", "de"])
@given(walk=WALK)
@WALKS
def test_every_state_has_its_words_and_no_word_is_a_key_or_half_filled(make, language, walk):  # type: ignore[no-untyped-def]
    station = Station(make())
    for scan, delay in walk:
        station.scan(code_of(station, scan), after=delay)
        for text in said(station, language):
            assert text
            assert "screens_pack." not in text
            assert "{" not in text


def test_what_is_chosen_from_the_screen_is_a_code_that_the_job_takes():
    station = Station(goods.simple())
    while True:
        assert isinstance(station.state, PackState)
        shown = of_pack(station.state)
        offered = choices(shown, Words())
        if shown.next.act == "finished":
            break
        before = station.state
        hints = _hints(station)
        station.scan(offered[0].code if offered else hints[0], after=1.5)
        assert station.state != before, "the first thing offered moves the job on"


def _hints(station: Station) -> tuple[str, ...]:
    from app.floor import bench

    return bench.view(station.state).hints


def test_a_step_that_needs_its_card_is_not_offered_on_the_screen():
    station = Station(goods.simple())
    station.scans("9521234001010", "9521234001010", "9521234001027", "PBXLLL")
    assert isinstance(station.state, PackState)
    picture = of_pack(station.state)
    assert (picture.next.act, picture.next.code) == ("step", "PBSPROTECT")
    assert choices(picture, Words()) == ()


def test_a_job_that_was_dropped_under_the_packer_has_words_too():
    station = Station(goods.restricted())
    station.news = {"DE-1-1": News("held")}
    station.scan("9521234001010")
    assert all(said(station, "de"))
