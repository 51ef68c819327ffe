"""Loading, act by act: nothing counts before the shared database has answered, and a wrong parcel stops the bench."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from app.floor.messages import MESSAGES, text
from app.floor.resolve import Accepts, index, resolve
from app.floor.scan import normalise
from app.floor.work import (
    Answer,
    CloseHandover,
    Facts,
    HandoverClosed,
    HandoverOpened,
    LoadParcel,
    NoAnswer,
    OpenHandover,
    ParcelLoaded,
    ParcelUnloaded,
    Refusal,
    Step,
    UnloadParcel,
)
from app.floor.workflows import dispatch
from tests.floor import goods
from tests.floor.goods import NOON, Catalogue

SSCC = "395212349999999990"


@dataclass
class Dock:
    """A bench at the dock; `answer` stands for the shared database."""

    now: datetime = NOON
    state: dispatch.State = field(default_factory=dispatch.start)

    def scan(self, raw: str, *, after: float = 0.2) -> Step:
        self.now += timedelta(seconds=after)
        accepts = Accepts(index(goods.packet("pack")), dispatch.expects(self.state))
        self.state, step = dispatch.advance(self.state, resolve(normalise(raw), accepts, Catalogue()), Facts(self.now))
        return step

    def answer(self, answer: Answer) -> Step:
        self.state, step = dispatch.answered(self.state, answer, Facts(self.now))
        return step


def loading() -> Dock:
    dock = Dock()
    dock.scan("post")
    dock.answer(HandoverOpened("H1", "post", ("DE-5-1/1",)))
    return dock


def test_a_carrier_opens_its_handover_or_goes_on_with_it() -> None:
    dock = Dock()
    step = dock.scan("post")
    assert (step.message.id, step.ask) == ("asked", OpenHandover("post"))
    said = dock.answer(HandoverOpened("H1", "post", ("DE-5-1/1",)))
    assert (said.message.id, dispatch.view(dock.state).done) == ("handover_opened", 1)


def test_a_parcel_opens_the_handover_of_its_carrier_and_is_loaded() -> None:
    dock = Dock()
    assert dock.scan(SSCC).ask == OpenHandover("", SSCC)
    assert dock.answer(HandoverOpened("H1", "post")).ask == LoadParcel("H1", "", SSCC)
    assert dock.answer(ParcelLoaded("DE-9-1/1")).message.id == "parcel_loaded"


def test_a_parcel_counts_when_the_answer_is_there_and_not_before() -> None:
    dock = loading()
    step = dock.scan(SSCC)
    assert step.ask == LoadParcel("H1", "DE-9-1/1", SSCC)
    assert dispatch.view(dock.state).done == 1
    assert dock.scan("DE-9-1/1").message.id == "still_asking"
    dock.answer(ParcelLoaded("DE-9-1/1"))
    assert dispatch.view(dock.state).done == 2


def test_a_code_that_only_the_shared_database_can_know_is_asked() -> None:
    assert loading().scan("TR-77").ask == LoadParcel("H1", "", "TR-77")


@pytest.mark.parametrize("reason", ["cancelled", "held", "unlabelled", "wrong_carrier", "unknown_parcel"])
def test_a_parcel_that_must_not_leave_stops_the_bench_until_it_is_acknowledged(reason: str) -> None:
    dock = loading()
    dock.scan(SSCC)
    refused = dock.answer(Refusal(reason, "DE-9-1/1", {"want_carrier": "express"}))
    assert (refused.message.id, MESSAGES[refused.message.id].severity) == (f"load_{reason}", "stop")
    assert "{" not in text(refused.message, "de")
    for raw in ("DE-8-1/1", "PBCLOSE", "PBEXIT", "post"):
        step = dock.scan(raw)
        assert (step.message, step.ask) == (refused.message, None)
    assert dock.scan("PBOK", after=0.1).message == refused.message
    assert dock.scan("PBOK", after=1.0).message.id == "stop_cleared"
    assert dock.scan("DE-9-1/1").ask is not None
    assert dispatch.view(dock.state).done == 1


def test_a_parcel_loaded_before_is_a_warning() -> None:
    dock = loading()
    dock.scan(SSCC)
    said = dock.answer(Refusal("already_loaded", "DE-9-1/1"))
    assert (said.message.id, MESSAGES["already_loaded"].severity) == ("already_loaded", "warn")
    assert isinstance(dock.state, dispatch.Loading)


def test_no_answer_means_nothing_was_done_and_the_scan_can_be_made_again() -> None:
    dock = loading()
    dock.scan(SSCC)
    assert dock.answer(NoAnswer()).message.id == "no_answer"
    assert dock.scan(SSCC).ask == LoadParcel("H1", "DE-9-1/1", SSCC)


def test_a_parcel_is_unloaded_by_its_scan_and_the_last_by_undo() -> None:
    dock = loading()
    assert dock.scan("PBUNDO").message.id == "nothing_to_undo"
    dock.scan(SSCC)
    dock.answer(ParcelLoaded("DE-9-1/1"))
    assert dock.scan("PBUNDO").ask == UnloadParcel("H1", "DE-9-1/1", "DE-9-1/1")
    dock.answer(ParcelUnloaded("DE-9-1/1"))
    assert dock.scan("PBOUT").message.id == "unload_scan"
    assert dock.scan("DE-9-1/1").ask == UnloadParcel("H1", "DE-9-1/1", "DE-9-1/1")
    assert dock.answer(Refusal("not_loaded", "DE-9-1/1")).message.id == "not_loaded"
    assert dock.scan("PBUNDO").message.id == "load_scan"


def test_closing_is_asked_twice_prints_the_list_and_names_what_must_come_off() -> None:
    dock = loading()
    assert dock.scan("PBCLOSE").message.id == "close_again"
    assert dock.scan("PBCLOSE", after=0.5).message.id == "close_again"
    assert dock.scan("PBCLOSE", after=0.5).ask == CloseHandover("H1")
    step = dock.answer(HandoverClosed(("DE-5-1/1",), (("DE-6-1/1", "cancelled"),)))
    assert [(p.document, p.subject) for p in step.prints] == [("handover_list", "H1")]
    assert text(step.message, "en") == "1 parcel handed over. Unload: DE-6-1/1 (cancelled)"
    assert MESSAGES[step.message.id].severity == "stop"
    assert dock.scan("PBEXIT").message == step.message
    assert dock.scan("PBOK", after=1.1).message.id == "stop_cleared"
    assert isinstance(dock.state, dispatch.Finished)


def test_a_handover_of_which_nothing_must_come_off_is_done_when_it_is_closed() -> None:
    dock = loading()
    dock.scan("PBCLOSE")
    dock.scan("PBCLOSE", after=1.1)
    assert dock.answer(HandoverClosed(("DE-5-1/1",))).message.id == "handover_closed"
    assert isinstance(dock.state, dispatch.Finished)


@pytest.mark.parametrize("cancelled", [True, False])
def test_a_handover_of_which_nothing_is_left_to_hand_over_stays_open_and_prints_nothing(cancelled: bool) -> None:
    dock = loading()
    dock.scan("PBCLOSE")
    dock.scan("PBCLOSE", after=1.1)
    step = dock.answer(HandoverClosed((), (("DE-5-1/1", "cancelled"),) if cancelled else ()))
    assert step.prints == ()
    if cancelled:
        said = "Nothing handed over, it stays open. Unload: DE-5-1/1 (cancelled)"
        assert (text(step.message, "en"), MESSAGES[step.message.id].severity) == (said, "stop")
        dock.scan("PBOK", after=1.1)
    else:
        assert step.message.id == "nothing_loaded"
    assert dock.state == dispatch.Loading("H1", "post")


def test_closing_is_dropped_by_another_scan_which_works_as_usual() -> None:
    dock = loading()
    dock.scan("PBCLOSE")
    assert dock.scan(SSCC).ask == LoadParcel("H1", "DE-9-1/1", SSCC)
    dock.answer(ParcelLoaded("DE-9-1/1"))
    assert dock.scan("PBCLOSE", after=9).message.id == "close_again"
    assert dock.scan("PBUNDO").message.id == "question_dropped"
    assert isinstance(dock.state, dispatch.Loading)


def test_an_empty_handover_is_not_closed_and_another_carrier_does_not_mix_in() -> None:
    dock = Dock()
    dock.scan("post")
    dock.answer(HandoverOpened("H1", "post"))
    assert dock.scan("PBCLOSE").message.id == "nothing_loaded"
    assert dock.scan("PBOUT").message.id == "nothing_loaded"
    assert dock.scan("EXPRESS").message.id == "other_handover"
    assert dock.scan("POST").message.id == "handover_opened"
    assert dock.scan("PBEXIT").message.id == "handover_left"
    assert dock.scan("POST").message.id == "job_over"


def test_a_handover_closed_by_somebody_else_is_left() -> None:
    dock = loading()
    dock.scan(SSCC)
    assert dock.answer(Refusal("closed")).message.id == "close_refused"
    assert dock.state == dispatch.AwaitingHandover()


@pytest.mark.parametrize(
    "raw", ["PBBOX", "PBCOUNT", "PBVOID", "9521234001010", "PBTONE", "", "x" * 5000, "PBHELP", "PBOK"]
)
def test_every_scan_has_an_answer_in_every_state(raw: str) -> None:
    for dock in (Dock(), loading()):
        before = dock.state
        step = dock.scan(raw)
        assert (step.message.id in MESSAGES, step.ask, dock.state) == (True, None, before)
        assert "{" not in text(step.message, "en")


def test_an_answer_that_nobody_waits_for_changes_nothing() -> None:
    dock = loading()
    before = dock.state
    dock.answer(ParcelLoaded("DE-9-1/1"))
    assert dock.state == before
