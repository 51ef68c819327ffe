"""Where a shipment may go, and what a hold does to it."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Conflict, NotFound
from app.base.ids import SCAN_LETTERS
from app.db import Database
from app.orders import timeline
from app.shipments import check as shipment_check
from app.shipments import store
from app.shipments.shipment import ALLOWED, LIVE, STATES, Hop, Shipment, order_state, stands_after
from tests.small_site import build, ship


@given(st.lists(st.sampled_from(STATES), max_size=12))
def test_whatever_is_asked_a_shipment_is_held_exactly_while_it_knows_from_where(wanted: list[str]) -> None:
    state, held_from = "planned", None
    for to in wanted:
        then = stands_after(state, held_from, to)
        if then is None:
            continue
        state, held_from = then
        assert (state == "held") == (held_from is not None)
        assert held_from is None or held_from in LIVE - {"held"}


def test_a_hold_gives_back_the_state_it_interrupted() -> None:
    assert stands_after("picking", None, "held") == ("held", "picking")
    assert stands_after("held", "picking", "picking") == ("picking", None)
    assert stands_after("held", "picking", "cancelled") == ("cancelled", None)
    assert stands_after("held", "picking", "packing") is None


def test_work_begun_before_the_hold_was_heard_goes_on_underneath_it() -> None:
    assert stands_after("held", "picking", "picked") == ("held", "picked")


def test_nothing_comes_back_from_the_dead_or_from_the_road() -> None:
    assert ALLOWED["cancelled"] == frozenset()
    assert ALLOWED["dispatched"] == {"delivered"}
    assert not any("cancelled" in ALLOWED[state] for state in ("dispatched", "delivered"))


@pytest.mark.parametrize(
    ("states", "lacking", "order"),
    [
        (["ready", "picked"], False, None),
        (["dispatched", "ready"], False, "part_shipped"),
        (["dispatched", "cancelled"], False, "shipped"),
        (["dispatched", "cancelled"], True, "part_shipped"),
        (["dispatched", "delivered"], False, "shipped"),
        (["cancelled"], False, None),
    ],
)
def test_an_order_is_what_its_shipments_are(states: list[str], lacking: bool, order: str | None) -> None:
    some = [
        Shipment(f"O-1-{n}", "O-1", n, "DE", "W", state, None, "J", "", "", "", "DE", "", None, "", 1, "", "")
        for n, state in enumerate(states)
    ]
    assert order_state(some, lacking=lacking) == order


def test_a_new_shipment_has_a_job_code_a_keyboard_cannot_garble(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 2), ("TEE", 1)], now)
        found = store.get(tx, ["DE-1-1", "nobody"])["DE-1-1"]
        assert found.job_code.startswith("PBJ")
        assert set(found.job_code[3:]) <= set(SCAN_LETTERS)
        assert (found.units, [line.sku for line in found.lines]) == (3, ["CUP", "TEE"])
        assert store.of_orders(tx, ["DE-1", "DE-9"]) == {"DE-1": (found,), "DE-9": ()}


def test_moves_are_told_in_the_timeline_and_a_wrong_one_is_refused(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 2)], now)
        store.hops(
            tx, [Hop("DE-1-1", "picking", "A"), Hop("DE-1-1", "picked", "A"), Hop("DE-1-1", "packing", "B")], now
        )
        with pytest.raises(Conflict) as refused:
            store.move_state(tx, ["DE-1-1"], "dispatched", by="x", source="", now=now)
        assert refused.value.values["state"] == "packing"
        with pytest.raises(NotFound):
            store.move_state(tx, ["DE-9-9"], "ready", by="x", source="", now=now)
        told = [(h.entry.detail["from"], h.entry.detail["to"]) for h in timeline.read(tx, "DE-1")]
        assert told == [("", "ready"), ("ready", "picking"), ("picking", "picked"), ("picked", "packing")]


def test_a_shipment_moved_by_somebody_else_meanwhile_is_a_conflict(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 2)], now)
    if database.is_sqlite:
        pytest.skip("SQLite has one writer: nothing happens meanwhile")
    with pytest.raises(Conflict), database.write() as slow:
        assert store.get(slow, ["DE-1-1"])["DE-1-1"].state == "ready"
        with database.write() as quick:
            store.move_state(quick, ["DE-1-1"], "picking", by="quick", source="", now=now)
        store.move_state(slow, ["DE-1-1"], "planned", by="slow", source="", now=now)
    with database.read() as tx:
        assert store.get(tx, ["DE-1-1"])["DE-1-1"].state == "picking"
        assert list(shipment_check.check(tx)) == []
