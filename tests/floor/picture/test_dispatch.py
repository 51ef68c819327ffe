"""The dock's picture: what lies on the truck, what is asked, what must come off."""

from __future__ import annotations

from app.floor.picture.dispatch import of_dispatch
from app.floor.work import HandoverClosed, HandoverOpened, Message, ParcelLoaded
from app.floor.workflows import dispatch
from tests.floor.test_dispatch_workflow import SSCC, Dock, loading


def test_before_a_carrier_is_scanned_there_is_nothing_to_count() -> None:
    shown = of_dispatch(dispatch.start())
    assert (shown.act, shown.count) == ("carrier", 0)


def test_what_this_bench_loaded_comes_first_the_newest_on_top() -> None:
    dock = loading()
    for parcel in ("DE-9-1/1", "DE-9-1/2"):
        dock.scan(SSCC)
        dock.answer(ParcelLoaded(parcel))
    shown = of_dispatch(dock.state)
    assert (shown.act, shown.carrier, shown.handover) == ("parcel", "post", "H1")
    assert shown.loaded == ("DE-9-1/2", "DE-9-1/1", "DE-5-1/1")
    assert shown.mine == ("DE-9-1/2", "DE-9-1/1")


def test_while_the_answer_is_on_its_way_nothing_more_counts() -> None:
    dock = loading()
    dock.scan(SSCC)
    assert (of_dispatch(dock.state).act, of_dispatch(dock.state).count) == ("asked", 1)
    opening = Dock()
    opening.scan("post")
    assert (of_dispatch(opening.state).act, of_dispatch(opening.state).carrier) == ("asked", "post")


def test_taking_off_and_closing_are_acts_of_their_own() -> None:
    dock = loading()
    dock.scan("PBOUT")
    assert of_dispatch(dock.state).act == "take_off"
    dock.scan("PBCLOSE")
    shown = of_dispatch(dock.state)
    assert (shown.act, shown.count) == ("close", 1)


def test_after_closing_it_says_what_must_come_off_again_and_why() -> None:
    dock = loading()
    dock.scan("PBCLOSE")
    dock.scan("PBCLOSE", after=2)
    dock.answer(HandoverClosed(("DE-5-1/1",), (("DE-7-1/1", "cancelled"),)))
    shown = of_dispatch(dock.state)
    assert (shown.act, shown.carrier) == ("unload", "post")
    assert shown.unload == (("DE-7-1/1", Message("refused_cancelled")),)
    dock.scan("PBOK", after=2)
    assert of_dispatch(dock.state).act == "finished"


def test_with_nothing_left_to_hand_over_it_stays_open() -> None:
    dock = loading()
    dock.scan("PBCLOSE")
    dock.scan("PBCLOSE", after=2)
    dock.answer(HandoverClosed((), (("DE-5-1/1", "cancelled"),)))
    assert of_dispatch(dock.state).act == "unload"
    dock.scan("PBOK", after=2)
    assert (of_dispatch(dock.state).act, of_dispatch(dock.state).count) == ("parcel", 0)


def test_a_handover_that_lies_open_counts_what_others_loaded() -> None:
    dock = Dock()
    dock.scan("post")
    dock.answer(HandoverOpened("H1", "post", ("B/1", "A/1")))
    assert of_dispatch(dock.state).loaded == ("A/1", "B/1")
