"""Packing and labelling, act by act: what each scan comes to, for every complaint that packers have made elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.floor import bench
from app.floor import facts as fact
from app.floor.messages import MESSAGES, text
from app.floor.packet import Box, Line, Lying, Packet
from tests.floor import goods
from tests.floor.goods import Station, numbers_of

CUP, CASE, SLATE, TEE = "9521234001010", "19521234001017", "9521234001027", "9521234001164"
PHONES, SOAP = "9521234001348", "9521234001454"
ALL_IN = f"{CUP} {CUP} {SLATE}"
READY = f"{ALL_IN} PBXLLL PBSPROTECT PBSDIVIDE"
CLOSED = f"{READY} PBCLOSE"
ONE, TWO = numbers_of(1)[0], numbers_of(2)[0]

# (packet, what was scanned before, the scan, message, state after, facts)
TABLE = [
    (goods.simple, "", CUP, "item_packed", "awaiting_item", ["ItemPacked"]),
    (goods.simple, "", f"]E0{CUP} ", "item_packed", "awaiting_item", ["ItemPacked"]),
    (goods.simple, "", "cup-sand", "item_packed", "awaiting_item", ["ItemPacked"]),
    (goods.simple, "", "495212001011", "item_packed", "awaiting_item", ["ItemPacked"]),
    (goods.simple, CUP, CUP, "line_done", "awaiting_item", ["ItemPacked"]),
    (goods.simple, f"{CUP} {CUP}", CUP, "already_complete", "awaiting_item", []),
    (goods.simple, f"{CUP} {CUP}", SLATE, "all_in", "awaiting_carton", ["ItemPacked"]),
    (goods.simple, "", CASE, "too_many", "awaiting_item", []),
    (goods.simple, "PBCOUNT 2", CUP, "line_done", "awaiting_item", ["ItemPacked"]),
    (goods.simple, "PBCOUNT 3", CUP, "too_many", "awaiting_item", ["ModeSet"]),
    (goods.simple, "", "PBCOUNT", "count_ask", "awaiting_item", ["ModeSet"]),
    (goods.simple, "", TEE, "wrong_item", "stopped", ["StopShown"]),
    (goods.simple, "", "9521234001775", "wrong_item", "stopped", ["StopShown"]),
    (goods.simple, "", "nonsense", "unknown_code", "stopped", ["StopShown"]),
    (goods.simple, "", "9521234990017", "ambiguous", "awaiting_item", []),
    (goods.simple, "", "y" * 4096, "unreadable", "awaiting_item", []),
    (goods.simple, "", "", "unreadable", "awaiting_item", []),
    (goods.simple, "", "PBTONE", "tote_known", "awaiting_item", []),
    (goods.simple, "", "PBTTUO", "tote_not_here", "awaiting_item", []),
    (goods.simple, "", "DE-1-1", "job_known", "awaiting_item", []),
    (goods.simple, "", "DE-9-1", "job_not_here", "awaiting_item", []),
    (goods.simple, "", "Z-99", "not_in_pack", "awaiting_item", []),
    (goods.simple, "", "PBXSSS", "carton_chosen", "awaiting_item", ["CartonChosen"]),
    (goods.simple, "PBXSSS", "PBXSSS", "carton_known", "awaiting_item", []),
    (goods.simple, "", "PBBOX", "carton_ask", "awaiting_item", ["ModeSet"]),
    (goods.simple, "PBBOX", "PBBOX", "carton_chosen", "awaiting_item", ["CartonChosen"]),
    (goods.simple, "", "PBSPROTECT", "step_not_due", "awaiting_item", []),
    (goods.simple, CUP, "PBSPROTECT", "step_done", "awaiting_item", ["StepConfirmed"]),
    (goods.simple, f"{CUP} PBSPROTECT", "PBSPROTECT", "step_done_before", "awaiting_item", []),
    (goods.simple, CUP, "PBOK", "step_card", "awaiting_item", []),
    (goods.simple, f"{CUP} {CUP} PBSPROTECT", "PBOK", "step_done", "awaiting_item", ["StepConfirmed"]),
    (goods.simple, "", "PBOK", "nothing_to_acknowledge", "awaiting_item", []),
    (goods.simple, "", "PBOUT", "parcel_empty", "awaiting_item", []),
    (goods.simple, f"{CUP} PBOUT", CUP, "item_out", "awaiting_item", ["ItemTakenOut"]),
    (goods.simple, f"{CUP} PBOUT", SLATE, "not_in_parcel", "awaiting_item", []),
    (goods.simple, f"{CUP} PBOUT", "PBOUT", "mode_off", "awaiting_item", ["ModeSet"]),
    (goods.simple, f"{CUP} PBOUT PBCOUNT 2", CUP, "not_so_many", "awaiting_item", ["ModeSet"]),
    (goods.simple, f"{CUP} PBNEXT {SLATE} PBOUT", CUP, "in_other_parcel", "awaiting_item", []),
    (goods.simple, "", "PBSHIFT", "parcel_empty", "awaiting_item", []),
    (goods.simple, f"{CUP} PBSHIFT", CUP, "item_shifted", "awaiting_item", ["ItemShifted"]),
    (goods.simple, f"{CUP} PBSHIFT", "3", "no_such_parcel", "awaiting_item", []),
    (goods.simple, f"{CUP} PBSHIFT", "2", "shift_scan_item", "awaiting_item", ["ModeSet"]),
    (goods.simple, "", "PBNEXT", "parcel_empty_already", "awaiting_item", []),
    (goods.simple, CUP, "PBNEXT", "parcel_now", "awaiting_item", ["ParcelStarted"]),
    (goods.simple, f"{CUP} PBNEXT", "PBNEXT", "parcel_now", "awaiting_item", ["ParcelStarted"]),
    (goods.simple, ALL_IN, "PBNEXT", "nothing_for_next", "awaiting_carton", []),
    (goods.simple, "", "PBCLOSE", "parcel_empty", "awaiting_item", []),
    (goods.simple, ALL_IN, "PBCLOSE", "carton_first", "awaiting_carton", []),
    (goods.simple, f"{ALL_IN} PBXLLL", "PBCLOSE", "step_first", "awaiting_step", []),
    (goods.simple, READY, "PBCLOSE", "parcel_closed", "awaiting_label", ["ParcelClosed"]),
    (goods.simple, READY, "pbclose", "parcel_closed", "awaiting_label", ["ParcelClosed"]),
    (goods.simple, READY, "PBREPRINT", "no_label_yet", "awaiting_close", []),
    (goods.simple, READY, "PBVOID", "no_label_yet", "awaiting_close", []),
    (goods.simple, READY, "PBREOPEN", "no_label_yet", "awaiting_close", []),
    (goods.simple, READY, "DE-1-1/1", "label_not_yet", "awaiting_close", []),
    (goods.simple, CLOSED, CUP, "label_first", "awaiting_label", []),
    (goods.simple, CLOSED, "PBCLOSE", "label_first", "awaiting_label", []),
    (goods.simple, CLOSED, "PBUNDO", "undo_ends_at_label", "awaiting_label", []),
    (goods.simple, CLOSED, "nonsense", "unknown_ignored", "awaiting_label", []),
    (goods.simple, CLOSED, ONE, "job_done", "finished", ["LabelConfirmed", "PackFinished"]),
    (goods.simple, CLOSED, f"]C100{ONE}", "job_done", "finished", ["LabelConfirmed", "PackFinished"]),
    (goods.simple, CLOSED, "tr000001", "job_done", "finished", ["LabelConfirmed", "PackFinished"]),
    (goods.simple, CLOSED, "de-1-1/1", "job_done", "finished", ["LabelConfirmed", "PackFinished"]),
    (goods.simple, CLOSED, "DE-9-1/1", "other_label", "stopped", ["StopShown"]),
    (goods.simple, CLOSED, "PBREPRINT", "reprint_why", "awaiting_label", ["ModeSet"]),
    (goods.simple, f"{CLOSED} PBREPRINT", "1", "label_reprinted", "awaiting_label", ["LabelReprinted"]),
    (goods.simple, f"{CLOSED} PBREPRINT", "PBREPRINT", "label_reprinted", "awaiting_label", ["LabelReprinted"]),
    (goods.simple, f"{CLOSED} PBREPRINT", "9", "no_such_reason", "awaiting_label", []),
    (goods.simple, f"{CLOSED} PBREPRINT", ONE, "job_done", "finished", ["LabelConfirmed", "PackFinished"]),
    (goods.simple, CLOSED, "PBREOPEN", "reopen_why", "awaiting_label", ["ModeSet"]),
    (goods.simple, f"{CLOSED} PBREOPEN", ONE, "parcel_reopened", "awaiting_close", ["ParcelReopened"]),
    (goods.simple, f"{CLOSED} PBREOPEN", "1", "parcel_reopened", "awaiting_close", ["ParcelReopened"]),
    (goods.simple, f"{CLOSED} PBREOPEN", "PBREOPEN", "mode_off", "awaiting_label", ["ModeSet"]),
    (goods.simple, CLOSED, "PBVOID", "void_again", "asking", ["Asked"]),
    (goods.simple, f"{CLOSED} PBREOPEN 1 PBCLOSE", ONE, "void_label", "stopped", ["StopShown"]),
    (goods.simple, f"{CLOSED} PBREOPEN 1", ONE, "void_label", "stopped", ["StopShown"]),
    (goods.simple, f"{CLOSED} PBREOPEN 1 PBCLOSE", TWO, "job_done", "finished", ["LabelConfirmed", "PackFinished"]),
    (goods.simple, f"{CLOSED} {ONE}", CUP, "job_over", "finished", []),
    (goods.simple, "", "PBSHORT", "short_again", "asking", ["Asked"]),
    (goods.simple, ALL_IN, "PBSHORT", "nothing_missing", "awaiting_carton", []),
    (goods.simple, "", "PBBROKEN", "broken_which", "awaiting_item", ["ModeSet"]),
    (goods.simple, f"{CUP} {CUP}", "PBBROKEN", "broken_again", "asking", ["Asked"]),
    (goods.simple, "PBBROKEN", SLATE, "broken_again", "asking", ["Asked"]),
    (goods.simple, "", "PBHOLD", "hold_again", "asking", ["Asked"]),
    (goods.simple, "", "PBISSUE", "case_raised", "awaiting_item", ["CaseRaised"]),
    (goods.simple, "", "PBHELP", "help_pack_item", "awaiting_item", []),
    (goods.simple, "", "PBEXIT", "job_left", "finished", ["JobLeft"]),
    (goods.simple, CUP, "PBEXIT", "exit_again", "asking", ["Asked"]),
    (goods.order, "PBCOUNT 9", CUP, "line_done", "awaiting_item", ["ItemPacked", "ItemPacked"]),
    (goods.order, "", CASE, "item_packed", "awaiting_item", ["ItemPacked"]),
    (goods.order, CASE, CASE, "too_many", "awaiting_item", []),
    (goods.order, "", PHONES, "serial_needed", "awaiting_item", []),
    (goods.order, "", "HP-02", "item_packed", "awaiting_item", ["ItemPacked"]),
    (goods.order, "HP-02", f"010{PHONES}21HP-02", "wrong_serial", "awaiting_item", []),
    (goods.order, "PBCOUNT 2", "HP-02", "serial_one_by_one", "awaiting_item", ["ModeSet"]),
    (goods.order, "", f"010{SOAP}10l2", "item_packed", "awaiting_item", ["ItemPacked"]),
    (goods.order, "", f"010{SOAP}10L9", "wrong_lot", "stopped", ["StopShown"]),
    (goods.order, "PBCOUNT 3", SOAP, "line_done", "awaiting_item", ["ItemPacked", "ItemPacked"]),
    (goods.order, TEE, "PBOK", "step_done", "awaiting_item", ["StepConfirmed"]),
    (goods.bulk_pack, "", TEE, "all_in", "awaiting_carton", ["ItemPacked"]),
    (goods.bulk_pack, "", SOAP, "wrong_item", "stopped", ["StopShown"]),
    (goods.bulk_pack, TEE, CUP, "wrong_item", "stopped", ["StopShown"]),
    (goods.bulk_pack, TEE, TEE, "already_complete", "awaiting_carton", []),
    (goods.bulk_pack, "", "DE-2-1", "job_chosen", "awaiting_item", ["ParcelStarted"]),
    (goods.bulk_pack, TEE, "DE-2-1", "finish_job_first", "awaiting_carton", []),
    (goods.bulk_pack, "", "PBXSSS", "job_first", "awaiting_job", []),
    (goods.bulk_pack, "", "PBCLOSE", "job_first", "awaiting_job", []),
    (goods.bulk_pack, "", "PBEXIT", "job_left", "finished", ["JobLeft"]),
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


def packed(station: Station) -> list[tuple[int, str, int]]:
    return [(b.n, u.sku, u.qty) for b in bench.tally(station.state).boxes["DE-1-1"] for u in b.items]


def test_a_parcel_closes_with_its_weight_its_numbers_and_one_label_and_one_slip() -> None:
    station = Station(goods.simple())
    step = station.scans(*CLOSED.split())
    assert step.events == (fact.ParcelClosed("DE-1-1", 1, 1, ONE, "TR000001", 3 * 340 + 210),)
    assert [(p.document, p.subject, p.issue, p.copy, p.shipment) for p in step.prints] == [
        ("parcel_label", "DE-1-1/1", 1, 1, "DE-1-1"),
        ("packing_slip", "DE-1-1/1", 1, 1, "DE-1-1"),
    ]


def test_every_parcel_can_be_emptied_by_scans_alone() -> None:
    station = Station(goods.simple())
    station.scans(*CLOSED.split(), "PBREOPEN", "1", "PBOUT", CUP, "PBOUT", CUP, "PBOUT", SLATE)
    assert packed(station) == []
    assert bench.tally(station.state).totes["DE-1-1"]
    station.follow()
    assert bench.tally(station.state).finished == {"DE-1-1"}


def test_what_was_packed_when_nobody_knows_its_tote_goes_into_the_tote_that_is_scanned() -> None:
    job = goods.job("DE-1-1", (Line(1, "CUP-SAND", 1, 1, 1),), boxes=(Box(1, items=(Lying(1, "CUP-SAND", 1),)),))
    station = Station(goods.packet("pack", job))
    assert station.say("PBOUT") == "scan_tote_for_out"
    assert station.say(CUP) == "scan_tote_for_out"
    assert station.say("PBTFULL") == "tote_busy"
    assert station.say("PBTTUO") == "out_scan_item"
    assert station.say(CUP) == "item_out"
    assert bench.tally(station.state).totes["DE-1-1"] == (Lying(1, "CUP-SAND", 1, tote="T02"),)


def test_undo_reaches_back_to_the_last_close_and_no_further() -> None:
    station = Station(goods.simple())
    station.scans(CUP, "PBXSSS", "PBSPROTECT", "PBCLOSE", ONE, CUP, "PBSHIFT", "PBUNDO", "PBUNDO")
    assert packed(station) == [(1, "CUP-SAND", 1)]
    assert station.say("PBUNDO") == "nothing_to_undo"


@pytest.mark.parametrize(
    ("make", "before", "code", "refused"),
    [
        (goods.simple, "PBCOUNT 5", CUP, "too_many"),
        (goods.simple, f"{CUP} {CUP} PBOUT PBCOUNT 3", CUP, "not_so_many"),
        (goods.order, "PBCOUNT 2", "HP-02", "serial_one_by_one"),
    ],
)
def test_a_refused_count_is_spent_and_the_next_scan_counts_as_one(
    make: Callable[[], Packet], before: str, code: str, refused: str
) -> None:
    station = Station(make())
    station.scans(*before.split())
    assert station.say(code) == refused
    assert bench.view(station.state).count == 0
    step = station.scan(code)
    assert [e.qty for e in step.events if isinstance(e, fact.ItemPacked | fact.ItemTakenOut)] == [1]
    station.follow()


def test_undo_takes_back_all_units_of_one_scan() -> None:
    station = Station(goods.order())
    before = station.state
    station.scans("PBCOUNT", "9")
    counted = station.state
    station.scan(CUP)
    assert len(station.scan("PBUNDO").events) == 2
    assert station.state == counted
    station.scans("PBUNDO", "PBUNDO")
    assert station.state == before
    moves = bench.moves(station.packet, [], station.log)
    assert sum(m.qty if m.to_place.startswith("P:") else -m.qty for _, m in moves) == 0


def test_a_parcel_heavier_than_its_carton_carries_is_closed_only_when_confirmed() -> None:
    weak = replace(goods.CARTONS[0], max_g=500)
    station = Station(replace(goods.simple(), cartons=(weak,)))
    station.scans(*ALL_IN.split())
    assert station.say("PBXSSS") == "carton_weak"
    station.scans("PBSPROTECT", "PBSDIVIDE")
    assert station.say("PBCLOSE") == "too_heavy_again"
    assert station.say("PBCLOSE", after=1.1) == "parcel_closed"


def test_without_cartons_on_file_none_is_asked_for() -> None:
    station = Station(replace(goods.simple(), cartons=()))
    station.scans(CUP, CUP, SLATE)
    assert station.say("PBBOX") == "no_cartons"
    assert station.scans("PBSPROTECT", "PBSDIVIDE", "PBCLOSE").message.id == "parcel_closed"


def test_restricted_goods_never_get_into_a_parcel() -> None:
    packet = goods.simple()
    station = Station(replace(packet, jobs=(replace(packet.jobs[0], restricted=("CUP-SLATE",)),)))
    assert station.say(SLATE) == "restricted"
    station.scan("PBOK", after=1.1)
    assert packed(station) == []
    station.follow()
    assert bench.tally(station.state).dropped == {"DE-1-1": "held"}


def test_units_missing_from_their_tote_are_a_shortage_found_there() -> None:
    station = Station(goods.order())
    station.scan("PBSHORT")
    step = station.scan("PBSHORT", after=1.0)
    assert [e for e in step.events if isinstance(e, fact.ShortFound)] == [
        fact.ShortFound("DE-1-1", 1, "T:T01", "CUP-SAND", 8), fact.ShortFound("DE-1-1", 5, "T:T01", "CUP-SAND", 1)
    ]  # fmt: skip
    lines = {line.line: line for line in bench.tally(station.state).lines}
    assert (lines[1].picked, lines[1].short, lines[5].picked, lines[5].short) == (0, 8, 0, 1)
    station.follow()
    assert bench.tally(station.state).finished == {"DE-1-1"}


def test_a_job_of_which_nothing_is_left_is_over_without_a_parcel() -> None:
    packet = goods.bulk_pack()
    station = Station(replace(packet, jobs=packet.jobs[:1]))
    station.scan("PBSHORT")
    step = station.scan("PBSHORT", after=1.0)
    assert (step.message.id, station.name) == ("job_empty", "finished")
    tally = bench.tally(station.state)
    assert (tally.finished, tally.boxes) == ({"DE-1-1"}, {"DE-1-1": ()})


def test_one_item_orders_find_their_order_oldest_first() -> None:
    station = Station(goods.bulk_pack())
    for shipment in ("DE-1-1", "DE-3-1"):
        station.scan(TEE)
        assert bench.view(station.state).job == shipment
        while station.name not in ("awaiting_job", "finished") and bench.view(station.state).job == shipment:
            station.scan(bench.view(station.state).hints[0], after=1.1)
    assert bench.tally(station.state).finished == {"DE-1-1", "DE-3-1"}
    assert bench.view(station.state).job == "DE-2-1"


def test_units_that_nobody_picked_are_not_packed() -> None:
    job = goods.job("DE-1-1", (Line(1, "CUP-SAND", 2, 1), Line(2, "TEE-M", 1, 0)),
                    totes=(Lying(1, "CUP-SAND", 1, tote="T01"),))  # fmt: skip
    station = Station(goods.packet("pack", job))
    assert station.say(TEE) == "not_picked"
    station.follow()
    assert (bench.tally(station.state).finished, bench.tally(station.state).left) == (frozenset(), True)


def test_the_carton_suggested_is_the_smallest_that_holds_the_goods() -> None:
    station = Station(goods.bulk_pack())
    station.scan(CUP)
    assert bench.view(station.state).hints[0] == "PBXSSS"
    station = Station(goods.bulk_pack())
    station.scan(TEE)  # 260 mm long: no small box
    assert bench.view(station.state).hints[0] == "PBXLLL"


def test_an_order_in_several_shipments_says_so_when_its_job_opens() -> None:
    opening = bench.opening(bench.start(goods.order()))
    assert text(opening, "en") == "DE-1-1, 1 of 2: 3 items come from Shenzhen"
    assert text(opening, "de") == "DE-1-1, 1 von 2: 3 Artikel kommen aus Shenzhen"


def test_a_stop_shows_what_differs_and_is_still_shown_after_a_restart() -> None:
    station = Station(goods.simple())
    step = station.scan(TEE)
    assert step.message.values["variant"] == "ecru, M"
    assert step.message.values["want_variant"] == "sand"
    again = bench.view(bench.fold(station.packet, station.log)).standing
    assert again == step.message


@pytest.mark.parametrize("confirm", [SLATE, "PBBROKEN"])
def test_a_broken_piece_that_is_scanned_while_the_question_names_it_is_never_taken_as_good(confirm: str) -> None:
    station = Station(goods.simple())
    station.scans(CUP, CUP, "PBBROKEN")
    assert station.say(confirm, after=0.5) == "broken_again"  # too soon to be the answer
    step = station.scan(confirm, after=1.1)
    assert step.message.id == "broken_found"
    assert step.events[-1] == fact.BrokenFound("DE-1-1", 2, "T:T01", "CUP-SLATE", 1)


def test_every_refusal_is_told_apart_and_none_sounds_like_a_success() -> None:
    harmless = {"tote_known", "job_known", "carton_known", "help_pack_item"}
    refused = {message for _, _, _, message, _, kinds in TABLE if not kinds or kinds == ["StopShown"]} - harmless
    assert all(MESSAGES[message].severity in ("warn", "stop") for message in refused), refused
