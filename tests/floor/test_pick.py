"""Picking, act by act: what each scan comes to, for every complaint that pickers have made of other systems."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.floor import bench
from app.floor import facts as fact
from app.floor.messages import MESSAGES, text
from app.floor.packet import Line, Packet, Stop
from app.floor.work import News
from tests.floor import goods
from tests.floor.goods import Station

CUP, CASE, TEE, PHONES, SOAP = "9521234001010", "19521234001017", "9521234001164", "9521234001348", "9521234001454"

# (packet, what was scanned before, the scan, message, state after, facts)
TABLE = [
    (goods.cart, "", "A-01", "bin_reached", "awaiting_item", ["StopReached"]),
    (goods.cart, "", " a-01\r\n", "bin_reached", "awaiting_item", ["StopReached"]),
    (goods.cart, "", "B-01", "bin_reached", "awaiting_item", ["StopReached"]),
    (goods.cart, "", "Z-99", "wrong_bin", "awaiting_bin", []),
    (goods.cart, "", CUP, "bin_first", "awaiting_bin", []),
    (goods.cart, "", "PBTONE", "bin_first", "awaiting_bin", []),
    (goods.cart, "", "nonsense", "unknown_ignored", "awaiting_bin", []),
    (goods.cart, "", "PBNEXT", "bin_skipped", "awaiting_bin", ["StopSkipped"]),
    (goods.cart, "", "PBSHORT", "bin_first", "awaiting_bin", []),
    (goods.cart, "", "PBCLOSE", "not_in_pick", "awaiting_bin", []),
    (goods.cart, "", "PBUNDO", "nothing_to_undo", "awaiting_bin", []),
    (goods.cart, "", "PBEXIT", "job_left", "finished", ["JobLeft"]),
    (goods.cart, "A-01", "A-01", "bin_known", "awaiting_item", []),
    (goods.cart, "A-01", CUP, "item_taken", "awaiting_tote", ["ItemTaken"]),
    (goods.cart, "A-01", "]C10109521234001010", "item_taken", "awaiting_tote", ["ItemTaken"]),
    (goods.cart, "A-01", CASE, "item_taken", "awaiting_tote", ["ItemTaken"]),
    (goods.cart, "A-01", TEE, "wrong_item", "stopped", ["StopShown"]),
    (goods.cart, "A-01", "9521234001775", "wrong_item", "stopped", ["StopShown"]),
    (goods.cart, "A-01", SOAP, "wrong_item", "stopped", ["StopShown"]),
    (goods.cart, "A-01", "nonsense", "unknown_code", "stopped", ["StopShown"]),
    (goods.cart, "A-01", "9521234990017", "ambiguous", "awaiting_item", []),
    (goods.cart, "A-01", "x" * 4096, "unreadable", "awaiting_item", []),
    (goods.cart, "A-01", "PBTONE", "item_first", "awaiting_item", []),
    (goods.cart, "A-01 PBCOUNT 8", CUP, "item_taken", "awaiting_tote", ["ItemTaken"]),
    (goods.cart, "A-01 PBCOUNT 9", CUP, "too_many", "awaiting_item", ["ModeSet"]),
    (goods.cart, f"A-01 {CASE}", CASE, "too_many", "awaiting_tote", []),
    (goods.cart, "A-01 PBCOUNT", "0", "count_zero", "awaiting_item", []),
    (goods.cart, f"A-01 {CUP}", "A-02", "tote_first", "awaiting_tote", []),
    (goods.cart, f"A-01 {CUP}", "PBTONE", "item_placed", "awaiting_item", ["ToteBound", "ItemPlaced"]),
    (goods.cart, f"A-01 {CUP}", "PBTFULL", "tote_busy", "awaiting_tote", []),
    (goods.cart, f"A-01 {CUP}", "PBTOTHER", "tote_busy", "awaiting_tote", []),
    (goods.cart, f"A-01 {CUP}", "PBEXIT", "hand_full", "awaiting_tote", []),
    (goods.cart, f"A-01 PBCOUNT 8 {CUP}", CUP, "place_first", "awaiting_tote", []),
    (goods.cart, f"A-01 PBCOUNT 8 {CUP} PBTONE", CUP, "item_taken", "awaiting_tote", ["ItemTaken"]),
    (goods.cart, f"A-01 PBCOUNT 8 {CUP} PBTONE {CUP}", "PBTONE", "others_tote", "stopped", ["StopShown"]),
    (goods.cart, f"A-01 PBCOUNT 8 {CUP} PBTONE {CUP} PBTTUO {CUP}", "PBTONE", "wrong_tote", "stopped", ["StopShown"]),
    (goods.cart, f"A-01 {CUP} PBTONE {CUP}", "PBTTUO", "another_tote", "asking", ["Asked"]),
    (goods.cart, "A-02", PHONES, "serial_needed", "awaiting_item", []),
    (goods.cart, "A-02", "hp-01", "item_taken", "awaiting_tote", ["ItemTaken"]),
    (goods.cart, "A-02", "0109521234001348" + "21HP-02", "item_taken", "awaiting_tote", ["ItemTaken"]),
    (goods.cart, "A-02", "0109521234001348" + "21HP-99", "wrong_serial", "awaiting_item", []),
    (goods.cart, "A-02 HP-01", "HP-01", "serial_twice", "awaiting_tote", []),
    (goods.cart, "A-02 PBCOUNT 2", "HP-01", "serial_one_by_one", "awaiting_item", ["ModeSet"]),
    (goods.cart, "A-02 HP-01 HP-02", "HP-03", "already_complete", "awaiting_tote", []),
    (goods.cart, "B-01", "010952123400145410L9", "wrong_lot", "stopped", ["StopShown"]),
    (goods.cart, "B-01", "010952123400145410l2", "item_taken", "awaiting_tote", ["ItemTaken"]),
    (goods.cart, "B-01 PBCOUNT 3", SOAP, "item_taken", "awaiting_tote", ["ItemTaken", "ItemTaken"]),
    (goods.cart, "A-01", "PBSHORT", "short_again", "asking", ["Asked"]),
    (goods.cart, "A-01", "PBBROKEN", "broken_again", "asking", ["Asked"]),
    (goods.cart, "A-01", "PBISSUE", "case_raised", "awaiting_item", ["CaseRaised"]),
    (goods.cart, "A-01", "PBHELP", "help_pick_item", "awaiting_item", []),
    (goods.cart, "A-01", "PBOK", "nothing_to_acknowledge", "awaiting_item", []),
    (goods.bulk_pick, "A-01 PBCOUNT 2", TEE, "item_taken", "awaiting_tote", ["ItemTaken"]),
    (goods.bulk_pick, f"A-01 {TEE} {TEE}", "PBTONE", "item_placed", "awaiting_bin",
     ["ToteBound", "ItemPlaced", "ItemPlaced"]),
    (goods.bulk_pick, f"A-01 {TEE} {TEE} PBTONE A-02 {CUP}", "PBTONE", "pick_done", "finished",
     ["ItemPlaced", "PickFinished", "PickFinished", "PickFinished"]),
]  # fmt: skip


@pytest.mark.parametrize(("make", "before", "scan", "message", "state", "kinds"), TABLE)
def test_each_scan_is_answered_as_the_table_says(
    make: object, before: str, scan: str, message: str, state: str, kinds: list[str]
) -> None:
    station = Station(make())  # type: ignore[operator]
    for raw in before.split():
        station.scan(raw)
    step = station.scan(scan)
    assert (step.message.id, station.name, [type(e).__name__ for e in step.events]) == (message, state, kinds)


@pytest.mark.parametrize(
    ("chosen", "en", "de"),
    [("", "take any free one", "irgendeine freie nehmen"), (f"PBTTUO {CUP}", "it goes into T02", "gehört in T02")],
)
def test_another_orders_tote_is_refused_with_the_one_to_take_or_any_free_one(chosen: str, en: str, de: str) -> None:
    station = Station(goods.cart())
    station.scans("A-01", "PBCOUNT", "8", CUP, "PBTONE", CUP, *chosen.split())
    step = station.scan("PBTONE")
    assert text(step.message, "en").startswith("Wrong tote T01.")
    assert text(step.message, "en").endswith(en)
    assert text(step.message, "de").endswith(de)


def gaps() -> Packet:
    """A line of which the ledger knows no bin."""
    job = goods.job("DE-1-1", (Line(1, "CUP-SAND", 2), Line(2, "SOAP", 1)))
    return goods.packet("pick", job, stops=(Stop("A-01", "CUP-SAND", 2, "DE-1-1", 1),))


def test_a_stop_answers_every_scan_and_counts_nothing() -> None:
    station = Station(goods.cart())
    station.scans("A-01", TEE)
    before = station.state
    for raw in (CUP, "A-01", "PBUNDO", "PBEXIT", "PBTONE", "nonsense", ""):
        step = station.scan(raw)
        assert (step.message.id, step.events) == ("wrong_item", ())
    assert station.state == before


def test_a_stop_is_acknowledged_by_ok_or_the_same_code_and_not_within_the_first_second() -> None:
    for code in ("PBOK", TEE):
        station = Station(goods.cart())
        station.scans("A-01", TEE)
        assert station.say(code, after=0.9) == "wrong_item"
        assert station.say(code, after=0.2) == "stop_cleared"
        assert station.say(CUP) == "item_taken"


def test_a_stop_can_be_answered_after_the_clock_was_set_back() -> None:
    station = Station(goods.cart())
    station.scans("A-01", TEE)
    assert station.say("PBOK", after=-3600) == "wrong_item"
    assert station.say("PBOK", after=1.1) == "stop_cleared"


def test_a_question_is_confirmed_by_the_same_code_after_a_second_and_dropped_by_any_other() -> None:
    station = Station(goods.cart())
    station.scans("A-01", "PBSHORT")
    assert station.say("PBSHORT", after=0.5) == "short_again"
    assert station.say(CUP) == "item_taken"
    assert station.say("PBTONE") == "item_placed"
    station.scan("PBSHORT")
    step = station.scan("pbshort ", after=1.0)
    assert step.message.id == "short_found"
    assert [e for e in step.events if isinstance(e, fact.ShortFound)] == [
        fact.ShortFound("DE-1-1", 1, "A-01", "CUP-SAND", 7)
    ]


def test_undo_withdraws_a_question_and_nothing_else() -> None:
    station = Station(goods.cart())
    station.scans("A-01", "PBSHORT")
    assert station.say("PBUNDO", after=2) == "question_dropped"
    assert station.name == "awaiting_item"


def test_nothing_found_goes_straight_on_without_a_tote() -> None:
    station = Station(goods.cart())
    station.scans("A-01", "PBSHORT")
    station.scan("PBSHORT", after=1.1)
    station.scan("PBSHORT")
    step = station.scan("PBSHORT", after=1.1)
    assert step.message.id == "short_found"
    assert (station.name, bench.view(station.state).hints[0]) == ("awaiting_bin", "A-02")


def test_what_is_in_the_hand_is_kept_when_the_rest_is_short() -> None:
    station = Station(goods.cart())
    station.scans("A-01", CUP, "PBSHORT")
    assert station.say("PBSHORT", after=1.1) == "short_found"
    assert station.name == "awaiting_tote"
    station.scan("PBTONE")
    line = bench.tally(station.state).lines[0]
    assert (line.picked, line.short) == (1, 7)


def test_in_bulk_a_missing_article_is_missing_for_all_its_orders() -> None:
    station = Station(goods.bulk_pick())
    station.scans("A-01", "PBSHORT")
    step = station.scan("PBSHORT", after=1.1)
    assert [e.shipment for e in step.events if isinstance(e, fact.ShortFound)] == ["DE-1-1", "DE-3-1"]


def test_a_broken_unit_is_one_unless_counted() -> None:
    station = Station(goods.cart())
    station.scans("A-01", "PBCOUNT", "3", "PBBROKEN")
    step = station.scan("PBBROKEN", after=1.1)
    assert step.events[-1] == fact.BrokenFound("DE-1-1", 1, "A-01", "CUP-SAND", 3)
    station.scan("PBBROKEN")
    step = station.scan("PBBROKEN", after=1.1)
    assert step.events[-1] == fact.BrokenFound("DE-1-1", 1, "A-01", "CUP-SAND", 1)


def test_a_broken_serial_number_is_scanned_twice() -> None:
    station = Station(goods.cart())
    assert [station.say(raw) for raw in ("A-02", "PBBROKEN", "HP-02")] == [
        "bin_reached",
        "broken_which",
        "broken_again",
    ]
    step = station.scan("HP-02", after=1.1)
    assert step.events[-1] == fact.BrokenFound("DE-1-1", 2, "A-02", "PHONES", 1, serial="HP-02")


@pytest.mark.parametrize(("before", "code"), [("A-01 PBCOUNT 9", CUP), ("A-02 PBCOUNT 2", "HP-01")])
def test_a_refused_count_is_spent_and_the_next_scan_counts_as_one(before: str, code: str) -> None:
    station = Station(goods.cart())
    station.scans(*before.split(), code)
    (taken,) = station.scan(code).events
    assert isinstance(taken, fact.ItemTaken)
    assert taken.qty == 1
    station.follow()


def test_a_second_tote_is_bound_when_its_scan_is_confirmed() -> None:
    station = Station(goods.cart())
    station.scans("A-01", CUP, "PBTONE", CUP, "PBTTUO")
    assert station.say("PBTTUO", after=1.1) == "item_placed"
    totes = bench.tally(station.state).totes["DE-1-1"]
    assert {(u.tote, u.qty) for u in totes} == {("T01", 1), ("T02", 1)}


def test_one_undo_takes_back_all_that_one_tote_scan_did() -> None:
    station = Station(goods.bulk_pick())
    station.scans("A-01", TEE, TEE)
    held = station.state
    station.scan("PBTONE")
    step = station.scan("PBUNDO")
    assert [type(e).__name__ for e in step.events] == ["Undone"] * 3
    assert station.state == held
    back = bench.moves(station.packet, station.log[:6], station.log[6:])
    assert [(m.from_place, m.to_place, m.qty) for _, m in back] == [("T:T01", "A-01", 1), ("T:T01", "A-01", 1)]


def test_what_is_in_the_hand_can_be_put_back_when_the_rest_was_reported_missing() -> None:
    station = Station(goods.cart())
    station.scans("A-01", CUP, CUP, "PBSHORT")
    station.scan("PBSHORT", after=1.1)
    assert "PBUNDO" in bench.view(station.state).hints
    step = station.scan("PBUNDO")
    assert (step.message.id, step.events) == ("put_back", (fact.ItemPutBack("DE-1-1", 1, "A-01", "CUP-SAND", 2),))
    assert (station.name, bench.tally(station.state).lines[0].short) == ("awaiting_item", 6)
    assert not bench.moves(station.packet, [], station.log)  # the ledger never knew of the hand
    station.follow()
    line = bench.tally(station.state).lines[0]
    assert (line.picked, line.short) == (2, 6)


def test_undo_ends_at_a_found_shortage_which_others_may_know_of_already() -> None:
    station = Station(goods.cart())
    station.scans("A-01", CUP, "PBTONE", "PBSHORT")
    station.scan("PBSHORT", after=1.1)
    assert station.say("PBUNDO") == "nothing_to_undo"


@pytest.mark.parametrize(
    ("news", "message"),
    [("cancelled", "cancelled_put_back"), ("held", "held_put_back"), ("taken_over", "taken_over_put_back")],
)
def test_news_stop_the_bench_at_the_next_scan_and_the_rest_of_the_cart_goes_on(news: str, message: str) -> None:
    station = Station(goods.cart())
    station.scans("A-01", CUP, "PBTONE", CUP)
    station.news = {"DE-1-1": News(news), "DE-2-1": News("live", 5)}
    step = station.scan(CUP)
    assert (step.message.id, [type(e).__name__ for e in step.events]) == (message, ["JobDropped", "StopShown"])
    tally = bench.tally(station.state)
    assert tally.dropped == {"DE-1-1": news}
    assert tally.lines[0].picked == 1  # what lies in the tote stays there; what was in the hand goes back
    station.scan("PBOK", after=1.1)
    station.follow()
    assert bench.tally(station.state).finished == {"DE-2-1"}


def test_the_stop_of_a_dropped_order_says_into_which_bin_what_the_hand_holds_for_it_goes_back() -> None:
    station = Station(goods.bulk_pick())
    station.scans("A-01", TEE, TEE)
    station.news = {"DE-3-1": News("cancelled")}
    step = station.scan("PBTONE")
    assert text(step.message, "en") == "Order cancelled: DE-3-1. Put back into A-01: 1 × T-shirt"
    assert bench.view(bench.fold(station.packet, station.log)).standing == step.message  # after a restart too
    station.scan("PBOK", after=1.1)
    assert station.say("PBTONE") == "item_placed"  # the other order's stays in the hand
    station.news = {"DE-2-1": News("cancelled")}
    assert station.say("PBTONE") == "order_cancelled"  # nothing of it is in the hand


def test_news_of_all_shipments_end_the_job() -> None:
    station = Station(goods.cart())
    station.news = {"DE-1-1": News("taken_over"), "DE-2-1": News("taken_over")}
    for _ in range(2):
        assert station.say("A-01") == "taken_over"
        station.scan("PBOK", after=1.1)
    assert station.name == "finished"
    assert bench.tally(station.state).over


def test_a_held_shipment_leaves_the_walk() -> None:
    station = Station(goods.cart())
    station.scan("PBHOLD")
    assert station.say("PBHOLD", after=1.1) == "job_held"
    assert bench.tally(station.state).dropped == {"DE-1-1": "held"}
    station.follow()
    assert bench.tally(station.state).finished == {"DE-2-1"}


def test_when_the_shipment_that_is_cancelled_was_the_last_to_pick_the_others_are_finished() -> None:
    station = Station(goods.cart())
    station.scans("A-01", "PBCOUNT", "8", CUP, "PBTONE", "A-02", "HP-01", "HP-02", "PBTONE")
    station.news = {"DE-2-1": News("cancelled")}
    assert station.say("A-01") == "order_cancelled"
    station.scan("PBOK", after=1.1)
    assert (station.name, bench.tally(station.state).finished) == ("finished", {"DE-1-1"})


def test_a_job_held_before_anything_was_picked_sends_no_tote_to_the_packing_bench() -> None:
    job = goods.job("DE-1-1", (Line(1, "CUP-SAND", 1),))
    station = Station(goods.packet("pick", job, stops=(Stop("A-01", "CUP-SAND", 1, "DE-1-1", 1),)))
    station.scan("PBHOLD")
    assert (station.say("PBHOLD", after=1.1), station.name) == ("job_held", "finished")


def test_units_without_a_bin_are_told_and_leave_the_shipment_unfinished() -> None:
    station = Station(gaps())
    station.scans("A-01", CUP, CUP)
    assert (station.say("PBTONE"), station.name) == ("pick_ends_incomplete", "awaiting_exit")
    assert station.say("A-01") == "pick_incomplete"
    step = station.scan("PBEXIT")
    assert [type(e).__name__ for e in step.events] == ["CaseRaised", "JobLeft"]
    assert not bench.tally(station.state).finished


def test_leaving_finishes_what_is_complete() -> None:
    station = Station(goods.cart())
    station.scans("PBNEXT", "PBNEXT", "B-01", "PBCOUNT", "3", SOAP, "PBTTUO", "A-01", "PBCOUNT", "8", CUP, "PBTONE")
    station.scans("PBCOUNT", "2", CUP, "PBTTUO")
    assert [type(e).__name__ for e in station.scan("PBEXIT").events] == ["PickFinished", "JobLeft"]
    assert bench.tally(station.state).finished == {"DE-2-1"}


def test_restricted_goods_stop_the_picker_and_the_shipment_can_be_held() -> None:
    job = goods.job("DE-1-1", (Line(1, "CUP-SAND", 1),), restricted=("CUP-SAND",))
    station = Station(goods.packet("pick", job, stops=(Stop("A-01", "CUP-SAND", 1, "DE-1-1", 1),)))
    assert station.scans("A-01", CUP).message.id == "restricted"
    station.follow()
    assert bench.tally(station.state).dropped == {"DE-1-1": "held"}


def test_a_resumed_cart_knows_its_totes() -> None:
    packet = goods.cart()
    first = Station(packet)
    first.scans("A-01", CUP, "PBTONE")
    left = bench.tally(first.state)
    lying = left.totes["DE-1-1"]
    jobs = (replace(packet.jobs[0], totes=lying), packet.jobs[1])
    stops = (replace(packet.stops[0], qty=7), *packet.stops[1:])
    second = Station(replace(packet, jobs=jobs, stops=stops))
    second.scans("A-01", CUP)
    assert second.say("PBTTUO") == "another_tote"
    second.follow()
    assert all(line.picked == line_.qty for line, line_ in zip(
        bench.tally(second.state).lines, (*packet.jobs[0].lines, *packet.jobs[1].lines), strict=True))  # fmt: skip


@pytest.mark.parametrize("confirm", [CUP, "PBBROKEN"])
def test_a_broken_piece_that_is_scanned_while_the_question_names_it_is_never_taken_as_good(confirm: str) -> None:
    station = Station(goods.cart())
    station.scans("A-01", "PBBROKEN")
    assert station.say(confirm, after=0.5) == "broken_again"  # too soon to be the answer
    step = station.scan(confirm, after=1.1)
    assert step.message.id == "broken_found"
    assert step.events[-1] == fact.BrokenFound("DE-1-1", 1, "A-01", "CUP-SAND", 1)


def test_every_refusal_is_told_apart_and_none_sounds_like_a_success() -> None:
    refused = {message for _, _, _, message, _, kinds in TABLE if not kinds or kinds == ["StopShown"]}
    refused -= {"bin_known", "help_pick_item"}
    assert all(MESSAGES[message].severity in ("warn", "stop") for message in refused), refused
