"""A bench is taken over while it is offline, and comes back: nothing is lost or counts twice, a person decides."""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.base.errors import Conflict, NotFound
from app.cases import store as cases
from app.db import Database, open_database
from app.desk.cancel import cancel
from app.desk.settle import settle
from app.desk.views import show
from app.floor import bench
from app.floor.takeover import takeover
from app.orders import timeline
from app.shipments import store as shipments
from app.stock import store as stock
from tests.desk.coming_back import LATER, come_back, settled, sound
from tests.floor.bench_driver import Driver
from tests.small_site import CHIEF, build, ship


def events(database: Database, order: str) -> list[str]:
    with database.read() as tx:
        told = [happened.entry for happened in timeline.read(tx, order)]
    return [one.event for one in told if one.event not in ("state", "state_under_hold")]


@pytest.fixture
def away(database: Database, now: datetime) -> Driver:
    """S1 picked an order whole, sent that, packed it offline up to its label, and was taken over meanwhile."""
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 3), ("TEE", 2)], now)
    driver = Driver(database, now)
    driver.attach()
    driver.open("DE-1-1")
    driver.follow()
    driver.send()
    driver.open("DE-1-1")
    driver.follow()
    driver.now += LATER
    with database.write() as tx:
        takeover(tx, station="S1", operator=CHIEF, now=driver.now)
    return driver


def test_late_facts_are_set_aside_in_one_case_of_the_claim_however_many_batches_they_come_in(away: Driver) -> None:
    come_back(away, most=2)
    with away.database.read() as tx:
        (case,) = cases.listing(tx, state="open")
        assert (case.kind, case.subject, case.order_id) == ("late_fact", away.claim, "DE-1")
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "picked"
        sound(tx)
    assert events(away.database, "DE-1")[-2:] == ["taken_over", "late_work"]


def test_a_case_of_late_facts_shows_them_and_the_acts_on_offer_while_it_is_open(away: Driver) -> None:
    sent = [fact.op_id for fact in away.waiting]
    come_back(away)
    with away.database.read() as tx:
        (case,) = [one for one in cases.listing(tx, state="open") if one.kind == "late_fact"]
    with away.database.reading() as read:
        shown = show.case(read, case.id)
    assert (shown["acts"], [fact["op_id"] for fact in shown["facts"]]) == (["accept", "discard", "noted"], sent)
    settled(away.database, "late_fact", "accept", away.now)
    with away.database.reading() as read:
        assert show.case(read, case.id)["acts"] == []


def test_accepted_late_facts_take_effect_as_if_they_had_come_in_time(away: Driver) -> None:
    come_back(away)
    settled(away.database, "late_fact", "accept", away.now)
    with away.database.read() as tx:
        shipment = shipments.get(tx, ["DE-1-1"])["DE-1-1"]
        assert (shipment.state, [line.packed for line in shipment.lines]) == ("labelled", [3, 2])
        assert [parcel.state for parcel in shipments.parcels_of(tx, ["DE-1-1"])["DE-1-1"]] == ["labelled"]
        assert cases.listing(tx, state="open") == []
        sound(tx)
    assert "late_accepted" in events(away.database, "DE-1")


def test_a_new_claim_under_which_nothing_was_done_ends_for_late_facts_that_are_accepted(away: Driver) -> None:
    come_back(away)
    other = Driver(away.database, away.now, station="S2", incarnation="J2")
    other.attach()
    other.open("DE-1-1")
    settled(away.database, "late_fact", "accept", away.now)
    with away.database.read() as tx:
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "labelled"
        sound(tx)
    other.scan(bench.view(other.state).hints[0])  # type: ignore[arg-type]
    come_back(other)
    with away.database.read() as tx:
        assert [(c.kind, c.subject) for c in cases.listing(tx, state="open")] == [("late_fact", other.claim)]
        sound(tx)


def test_late_facts_are_refused_once_the_work_is_begun_anew_and_discarded_they_say_what_to_bring_back(
    away: Driver,
) -> None:
    come_back(away)
    other = Driver(away.database, away.now, station="S2", incarnation="J2")
    other.attach()
    other.open("DE-1-1")
    other.follow()
    other.send()
    with pytest.raises(Conflict) as refused:
        settled(away.database, "late_fact", "accept", away.now)
    assert (refused.value.kind, refused.value.values["station"]) == ("late_begun", "S2")
    settled(away.database, "late_fact", "discard", away.now)
    with away.database.read() as tx:
        (case,) = cases.listing(tx, state="open")
        lies = {(g["sku"], g["qty"], g["lies"], g["belongs"]) for g in case.detail["goods"]}  # type: ignore[attr-defined]
        assert lies == {("CUP", 3, "P:DE-1-1/1", "T:T01"), ("TEE", 2, "P:DE-1-1/1", "T:T01")}
        assert [(one["parcel"], one["issue"]) for one in case.detail["labels"]] == [("DE-1-1/1", 1)]  # type: ignore[attr-defined]
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "labelled"
        sound(tx)
    settled(away.database, "bring_back", "brought_back", away.now)
    told = events(away.database, "DE-1")
    assert [one for one in told if "late" in one or "back" in one or "taken" in one] == [
        "taken_over", "late_work", "late_discarded", "brought_back",
    ]  # fmt: skip
    with away.database.read() as tx:
        assert cases.listing(tx, state="open") == []
        sound(tx)


def test_late_facts_that_moved_goods_are_not_settled_by_a_look(away: Driver) -> None:
    come_back(away)
    with pytest.raises(Conflict) as refused:
        settled(away.database, "late_fact", "noted", away.now)
    assert refused.value.kind == "late_moved_goods"


def test_late_facts_that_moved_nothing_are(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 3)], now)
    driver = Driver(database, now)
    driver.attach()
    driver.open("DE-1-1")
    driver.scan(bench.view(driver.state).hints[0])  # type: ignore[arg-type]
    with database.write() as tx:
        takeover(tx, station="S1", operator=CHIEF, now=now + LATER)
    come_back(driver)
    settled(database, "late_fact", "noted", driver.now)
    with database.read() as tx:
        assert cases.listing(tx, state="open") == []
        sound(tx)


def test_an_order_cancelled_after_the_takeover_takes_no_late_facts(away: Driver) -> None:
    with away.database.write() as tx:
        cancel(tx, "DE-1", reason="", operator=CHIEF, now=away.now)
    come_back(away)
    settled(away.database, "late_fact", "accept", away.now)
    with away.database.read() as tx:
        (case,) = [c for c in cases.listing(tx, state="open") if c.kind == "late_fact"]
        assert (case.detail["why"], "accept" in case.acts) == (["cancelled"], False)
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "cancelled"
        sound(tx)


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_was_sent_before_a_takeover_stock_is_true_and_nothing_is_lost(
    _sqlite_template: Path,  # noqa: PT019
    data: st.DataObject,
) -> None:
    now = datetime.fromisoformat("2026-11-18T08:30:00+00:00")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "shared.db"
        shutil.copy(_sqlite_template, file)
        database = open_database(f"sqlite:///{file}")
        try:
            with database.write() as tx:
                build(tx, now)
                ship(tx, "DE-1", [("CUP", 2), ("OIL", 2)], now)
                ship(tx, "DE-2", [("CUP", 2)], now)
            driver = Driver(database, now)
            driver.attach()
            driver.take_next()
            if data.draw(st.booleans(), "pack"):
                driver.follow()
                driver.send()
                driver.take_next()
            scans(driver, data, "sent")
            driver.send()
            scans(driver, data, "unsent")
            driver.now += LATER
            with suppress(NotFound), database.write() as tx:
                takeover(tx, station="S1", operator=CHIEF, now=driver.now)
            other = Driver(database, driver.now, station="S2", incarnation="J2")
            other.attach()
            if data.draw(st.booleans(), "claimed anew"):
                other.take_next()
                scans(other, data, "anew")
                other.send()
            driver.send(3)
            decide(database, data, driver.now)
            with database.read() as tx:
                sound(tx)
                for sku, all_there in (("CUP", 20), ("OIL", 20)):
                    assert sum(p.on_hand for p in stock.places(tx, [(sku, "LEJ")])) == all_there
            finish(database, driver.now)
        finally:
            database.close()


def scans(driver: Driver, data: st.DataObject, what: str) -> None:
    for _ in range(data.draw(st.integers(0, 25), what)):
        hints = bench.view(driver.state).hints  # type: ignore[arg-type]
        if not hints:
            return
        driver.scan("PBUNDO" if data.draw(st.integers(0, 9)) == 0 else hints[0])


def decide(database: Database, data: st.DataObject, now: datetime) -> None:
    with database.read() as tx:
        late = [c for c in cases.listing(tx, state="open") if c.kind == "late_fact"]
    for case in late:
        for act in data.draw(st.permutations(case.acts)):
            with suppress(Conflict), database.write() as tx:
                settle(tx, case.id, act=act, operator=CHIEF, reason="", now=now)
                break
        else:
            raise AssertionError(f"nothing settles {case}")


def finish(database: Database, now: datetime) -> None:
    """Whatever became of it, the work can be done to its end by a third bench's hands."""
    now += LATER
    with database.write() as tx:
        for station in ("S1", "S2"):
            with suppress(NotFound):
                takeover(tx, station=station, operator=CHIEF, now=now)
    last = Driver(database, now, station="S2", incarnation="J3")
    last.attach()
    for order in ("DE-1", "DE-2"):
        for _ in range(4):
            with database.read() as tx:
                if shipments.get(tx, [f"{order}-1"])[f"{order}-1"].state == "labelled":
                    break
            last.open(f"{order}-1")
            last.follow()
            last.send()
        with database.read() as tx:
            assert shipments.get(tx, [f"{order}-1"])[f"{order}-1"].state == "labelled"
            sound(tx)
