"""Facts travel as JSON and come back equal; one that doesn't fit its state is refused, never passed over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.clock import stamp
from app.floor import bench
from app.floor import facts as fact
from app.floor.facts import KINDS, Event, decode, encode
from app.floor.packet import Packet
from app.floor.work import Facts
from tests.floor import goods
from tests.floor.goods import Station

TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
EVENTS = st.one_of(
    [st.builds(kind, **({"values": st.dictionaries(TEXT, TEXT | st.integers(0, 999), max_size=2)}
     if kind in (fact.StopShown, fact.Asked) else {})) for kind in KINDS.values()]
)  # fmt: skip


@given(EVENTS)
def test_every_fact_survives_its_journey_as_json(event: Event) -> None:
    assert decode(*encode(event)) == event


def test_a_fact_of_an_unknown_kind_or_form_is_refused_with_its_kind() -> None:
    for kind, body in (("Nonsense", "{}"), ("ItemPacked", '{"shipment": 3}'), ("ItemPacked", "{"), ("Undone", "[]")):
        with pytest.raises(ValueError, match=kind):
            decode(kind, body)


@given(st.datetimes(datetime(2020, 1, 1), timezones=st.just(UTC)))
def test_times_in_facts_are_written_as_everywhere_else(now: datetime) -> None:
    assert Facts(now).at == stamp(now)


def misfits(packet: Packet) -> Iterator[Event]:
    """Facts that fit no state right after the start of pick or pack."""
    yield from (fact.StopCleared("x"), fact.Answered(True, "x"), fact.Undone("nothing"), fact.PickFinished("DE-1-1"))
    yield from (
        fact.ToteBound("DE-1-1", "T01") if packet.kind == "pack" else fact.StepConfirmed("DE-1-1", 1, "separate"),
    )
    yield fact.ItemTaken("A-01", "CUP-SAND", 1)
    yield fact.ItemPlaced("DE-1-1", 1, "A-01", "T01", "CUP-SAND", 1)
    yield fact.ItemPutBack("DE-1-1", 1, "A-01", "CUP-SAND", 1)
    yield fact.StopReached("Z-99")
    yield fact.StopSkipped("Z-99")
    yield fact.ShortFound("DE-1-1", 1, "A-07", "CUP-SAND", 1)
    yield fact.BrokenFound("DE-1-1", 9, "A-01", "CUP-SAND", 1)
    yield fact.ItemPacked("DE-1-1", 1, 1, "T01", "CUP-SAND", 99)
    yield fact.ItemPacked("DE-1-1", 5, 1, "T01", "CUP-SAND", 1)
    yield fact.ItemPacked("DE-7-1", 1, 1, "T01", "CUP-SAND", 1)
    yield fact.ItemPacked("DE-1-1", 1, 1, "T01", "CUP-SAND", 0)
    yield fact.ItemTakenOut("DE-1-1", 1, 1, "T01", "CUP-SAND", 1)
    yield fact.ItemShifted("DE-1-1", 1, 1, 1, "CUP-SAND", 1)
    yield fact.StepConfirmed("DE-1-1", 1, "separate")
    yield fact.CartonChosen("DE-1-1", 1, "BOX-XXL")
    yield fact.ParcelStarted("DE-1-1", 7)
    yield fact.ParcelClosed("DE-1-1", 1, 1, "1", "2", 3)
    yield fact.LabelConfirmed("DE-1-1", 1, 1)
    yield fact.LabelReprinted("DE-1-1", 1, 1, 2, "damaged")
    yield fact.LabelRecreated("DE-1-1", 1, 2, "1", "2", "x")
    yield fact.ParcelReopened("DE-1-1", 1, 1, "x")
    yield fact.PackFinished("DE-1-1")
    yield fact.JobHeld("DE-7-1", "x")
    yield fact.JobDropped("DE-7-1", "held")


@pytest.mark.parametrize("packet", [goods.cart(), goods.simple()], ids=["pick", "pack"])
def test_a_fact_that_does_not_fit_its_state_is_refused(packet: Packet) -> None:
    for event in misfits(packet):
        with pytest.raises(ValueError, match=r".+"):
            bench.evolve(bench.start(packet), "op", event)


def test_nothing_counts_while_a_stop_or_a_question_waits_or_after_the_job_was_left() -> None:
    station = Station(goods.simple())
    event = station.scan("9521234001010").events[0]
    for raw in ("nonsense", "PBHOLD"):
        station = Station(goods.simple())
        station.scan(raw)
        with pytest.raises(ValueError, match="waits"):
            bench.evolve(station.state, "op", event)
    station = Station(goods.simple())
    station.scan("PBEXIT")
    with pytest.raises(ValueError, match="left"):
        bench.evolve(station.state, "op", event)


def test_only_the_last_fact_can_be_undone() -> None:
    station = Station(goods.simple())
    station.scans("9521234001010", "PBXSSS")
    with pytest.raises(ValueError, match="op00000"):
        bench.evolve(station.state, "op", fact.Undone("op00000"))


def test_moves_of_an_undo_of_an_unknown_fact_are_refused() -> None:
    with pytest.raises(ValueError, match="op7"):
        bench.moves(goods.simple(), [], [("op9", fact.Undone("op7"))])
