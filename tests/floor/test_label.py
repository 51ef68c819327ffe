"""Labels, act by act: printed once, told apart by issue and copy, opened again, refused while none may be made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.floor import bench, effects
from app.floor import facts as fact
from app.floor.messages import text
from app.floor.packet import Box, Line, Lying, Packet
from app.floor.work import NEVER_HEARD_S, News
from tests.floor import goods
from tests.floor.goods import Station, numbers_of

CUP, SLATE = "9521234001010", "9521234001027"
READY = f"{CUP} {CUP} {SLATE} PBXLLL PBSPROTECT PBSDIVIDE"
CLOSED = f"{READY} PBCLOSE"
ONE, TWO = numbers_of(1)[0], numbers_of(2)[0]


def test_two_parcels_have_two_labels() -> None:
    station = Station(goods.simple())
    station.scans(CUP, CUP, "PBXSSS", "PBNEXT", SLATE, "PBXSSS", "PBSPROTECT", "PBCLOSE", ONE)
    assert bench.view(station.state).parcel == "DE-1-1/1"
    station.follow()
    labels = [(p.subject, p.issue, p.copy) for p in station.prints if p.document == "parcel_label"]
    assert labels == [("DE-1-1/2", 1, 1), ("DE-1-1/1", 1, 1)] or labels == [("DE-1-1/1", 1, 1), ("DE-1-1/2", 1, 1)]
    boxes = bench.tally(station.state).boxes["DE-1-1"]
    assert len({box.sscc for box in boxes}) == 2
    assert all(box.state == "labelled" for box in boxes)


def test_a_reprint_is_a_copy_and_a_new_label_is_an_issue() -> None:
    station = Station(goods.simple())
    station.scans(*CLOSED.split(), "PBREPRINT", "3", "PBREPRINT", "PBREPRINT")
    station.scan("PBVOID")
    step = station.scan("PBVOID", after=1.1)
    assert step.message.id == "label_recreated"
    labels = [(p.issue, p.copy, p.reason) for p in station.prints if p.document == "parcel_label"]
    assert labels == [(1, 1, ""), (1, 2, "damaged"), (1, 3, "did_not_come_out"), (2, 1, "")]
    assert station.say(ONE) == "void_label"
    station.scan("PBOK", after=1.1)
    assert station.say(TWO) == "job_done"


def test_a_label_that_waits_for_the_printer_is_not_printed_a_second_time() -> None:
    station = Station(goods.simple())
    station.scans(*CLOSED.split())
    printed = len(station.prints)
    station.waiting_labels = frozenset({("DE-1-1/1", 1)})
    assert station.say("PBREPRINT") == "label_comes_yet"
    assert (station.name, len(station.prints)) == ("awaiting_label", printed)
    station.waiting_labels = frozenset({("DE-1-1/1", 2), ("DE-9-1/1", 1)})  # other labels wait: no matter
    assert station.say("PBREPRINT") == "reprint_why"
    station.waiting_labels = frozenset({("DE-1-1/1", 1)})  # it came to wait while the question stood
    assert [station.say("2"), station.say("PBREPRINT")] == ["label_comes_yet", "label_comes_yet"]
    assert len(station.prints) == printed
    station.waiting_labels = frozenset()
    assert station.say("2") == "label_reprinted"


def test_a_new_label_says_how_old_the_news_was_as_the_first_one_does() -> None:
    station = Station(goods.simple())
    station.scans(*CLOSED.split(), "PBVOID")
    station.news = {"DE-1-1": News("live", 77)}
    step = station.scan("PBVOID", after=1.1)
    (event,) = (e for e in step.events if isinstance(e, fact.LabelRecreated))
    assert event.news_age_s == 77
    (voided, made) = effects.prints(event, "PBPICKER")
    assert (voided.state, made.state, made.detail["news_age_s"]) == ("void", "queued", 77)


def test_a_new_label_told_of_before_the_age_of_news_was_recorded_can_still_be_read() -> None:
    body = '{"shipment":"DE-1-1","parcel":1,"issue":2,"sscc":"1","tracking":"2","reason":"bench"}'
    assert fact.decode("LabelRecreated", body) == fact.LabelRecreated("DE-1-1", 1, 2, "1", "2", "bench", 0)


def test_reopening_voids_the_label_and_the_next_close_makes_a_new_one() -> None:
    station = Station(goods.simple())
    station.scans(*CLOSED.split(), "PBREOPEN", ONE, "PBOUT", SLATE)
    box = bench.tally(station.state).boxes["DE-1-1"][0]
    assert (box.state, box.sscc, box.issue, box.weight_g) == ("open", "", 1, 0)
    assert station.say("PBCLOSE") == "step_first"  # the parcel was opened: what was done to it is done again
    step = station.scans("PBSPROTECT", "PBSDIVIDE", "PBCLOSE")
    assert isinstance(step.events[0], fact.ParcelClosed)
    assert (step.events[0].issue, step.events[0].sscc) == (2, TWO)
    assert station.say(TWO) == "label_confirmed"
    assert station.name == "awaiting_item"


def test_a_cancelled_order_stops_at_the_next_scan_and_gets_no_label() -> None:
    station = Station(goods.simple())
    station.scans(*READY.split())
    station.news = {"DE-1-1": News("cancelled", 3)}
    step = station.scan("PBCLOSE")
    assert (step.message.id, step.prints) == ("order_cancelled", ())
    station.scan("PBOK", after=1.1)
    assert (station.name, bench.tally(station.state).dropped) == ("finished", {"DE-1-1": "cancelled"})


def test_the_label_waits_when_the_news_are_too_old_or_numbers_or_the_address_are_missing() -> None:
    station = Station(goods.simple())
    station.scans(*READY.split())
    station.news = {"DE-1-1": News("live", 241 * 60)}
    assert station.say("PBCLOSE") == "news_too_old"
    station.news = {"DE-1-1": News("live", NEVER_HEARD_S + 7)}
    assert station.scan("PBCLOSE").message.values["minutes"] == "> 240"
    station.news = {"DE-1-1": News("live", 239 * 60)}
    station.out_of_numbers = True
    assert station.say("PBCLOSE") == "no_numbers"
    station.out_of_numbers, station.no_address = False, True
    assert station.say("PBCLOSE") == "no_recipient"
    station.no_address = False
    step = station.scan("PBCLOSE")
    assert isinstance(step.events[0], fact.ParcelClosed)
    assert step.events[0].news_age_s == 239 * 60


def test_old_news_that_somebody_answers_for_make_one_label_and_undo_reaches_behind_it() -> None:
    station = Station(goods.simple())
    station.scans(*READY.split())
    station.news = {"DE-1-1": News("live", 500 * 60)}
    refused = station.scan("PBCLOSE").message
    assert (refused.id, refused.values["job"], refused.values["n"]) == ("news_too_old", "DE-1-1", 1)
    approved = fact.Approved("DE-1-1", 1, refused.id, "PBCHIEF")
    before = station.state.work.last
    station.state = bench.evolve(station.state, "by", approved)
    assert station.state.work.last == before
    assert [type(e).__name__ for e in station.scan("PBCLOSE").events] == ["ParcelClosed"]
    assert station.say("PBVOID") == "news_too_old", "the next label is another act"


def test_an_approval_is_for_one_parcel() -> None:
    station = Station(goods.simple())
    station.scans(*READY.split())
    station.news = {"DE-1-1": News("live", 500 * 60)}
    station.state = bench.evolve(station.state, "by", fact.Approved("DE-1-1", 2, "news_too_old", "PBCHIEF"))
    assert station.say("PBCLOSE") == "news_too_old"


def test_a_bench_that_was_left_goes_on_where_it_was() -> None:
    station = Station(goods.simple())
    station.scans(*CLOSED.split())
    tally = bench.tally(station.state)
    job = replace(station.packet.jobs[0], totes=tally.totes["DE-1-1"], boxes=tally.boxes["DE-1-1"])
    resumed = Station(replace(station.packet, jobs=(job,)))
    assert resumed.name == "awaiting_label"
    assert resumed.say(ONE) == "job_done"


def test_labelled_parcels_can_still_be_opened_when_the_job_is_claimed_again() -> None:
    station = Station(labelled())
    assert station.name == "awaiting_exit"
    station.scan("PBREOPEN")
    assert station.say(ONE) == "parcel_reopened"
    assert Station(labelled()).scan("PBEXIT").message.id == "job_left"
    station = Station(labelled())
    station.scans("PBREPRINT", "1")
    assert [(p.issue, p.copy) for p in station.prints] == [(1, 2)]


def labelled() -> Packet:
    box = Box(1, "labelled", "BOX-S", (Lying(1, "CUP-SAND", 1),), ("extra_protection",), ONE, "TR000001", 1, 1, 450)
    return goods.packet("pack", goods.job("DE-1-1", (Line(1, "CUP-SAND", 1, 1, 1),), boxes=(box,)))


def test_a_labelled_shipment_opens_with_nothing_to_do_but_to_leave_and_stays_labelled() -> None:
    station = Station(goods.labelled())
    assert bench.opening(station.state).id == "job_labelled"
    view = bench.view(station.state)
    assert (view.state, view.parcel, view.hints[0]) == ("awaiting_exit", "", "PBEXIT")
    assert station.say("DE-1-1") == "all_labelled"
    step = station.scan("PBEXIT")
    assert step.events == (fact.PackFinished("DE-1-1"), fact.JobLeft("claim-1"))
    assert bench.tally(station.state).finished == {"DE-1-1"}


@pytest.mark.parametrize("n", [1, 2])
def test_of_a_labelled_shipment_the_parcel_whose_label_is_scanned_is_meant(n: int) -> None:
    sscc = numbers_of(900 + n)[0]
    station = Station(goods.labelled())
    assert station.say(sscc) == "label_chosen"
    assert bench.view(station.state).parcel == f"DE-1-1/{n}"
    station.scans("PBREPRINT", "1")
    assert [(p.subject, p.issue, p.copy) for p in station.prints] == [(f"DE-1-1/{n}", 1, 2)]

    station.scans(sscc, "PBVOID")
    step = station.scan("PBVOID", after=1.1)
    assert [(e.parcel, e.issue) for e in step.events if isinstance(e, fact.LabelRecreated)] == [(n, 2)]
    assert station.say(sscc) == "void_label"
    station.scan("PBOK", after=1.1)
    assert station.say(numbers_of(1)[0]) == "job_done"

    station = Station(goods.labelled())
    station.scans(sscc, "PBREOPEN")
    assert station.scan("1").events == (fact.ParcelReopened("DE-1-1", n, 1, "contents"),)
    station.follow()
    assert bench.tally(station.state).finished == {"DE-1-1"}


def test_leaving_when_only_the_labels_scan_is_missing_says_so() -> None:
    station = Station(goods.simple())
    station.scans(*CLOSED.split())
    step = station.scan("PBEXIT")
    assert text(step.message, "en").startswith(f"The label …{ONE[-4:]} of parcel 1 was not scanned yet")
    assert station.say("PBEXIT", after=1.1) == "job_left"
    assert not bench.tally(station.state).finished
