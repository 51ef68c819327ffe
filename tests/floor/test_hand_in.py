"""A claim handed in again to a database that was put back: it counts whole behind the claim it was made behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from app.base.ids import uuid7
from app.db import Database
from app.floor import bench, store
from app.floor.claim import open_work
from app.floor.facts import Fact
from app.floor.hand_in import hand_in
from app.floor.needed import store as needed
from app.floor.packet import Packet
from tests.floor.bench_driver import Driver
from tests.small_site import PACKER, build, ship


class PutBack(Exception):
    """What was done since the backup is gone."""


@pytest.fixture
def driver(database: Database, now: datetime) -> Driver:
    """An order of three cups lies in a tote."""
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 3)], now)
    made = Driver(database, now)
    made.attach()
    made.open("DE-1-1")
    made.follow()
    made.send()
    return made


def forgotten(driver: Driver) -> Packet:
    """The order was claimed to be packed, and then the database was put back to before that."""
    with pytest.raises(PutBack) as gone, driver.database.write() as tx:
        raise PutBack(open_work(tx, op_id=uuid7(), station="S1", operator=PACKER, code="DE-1-1", now=driver.now))
    (packet,) = gone.value.args
    assert isinstance(packet, Packet)
    return packet


def handed_in(driver: Driver, packet: Packet) -> str:
    with driver.database.write() as tx:
        return hand_in(tx, packet, operator=PACKER.badge, now=driver.now)


def test_a_claim_goes_on_behind_the_one_it_was_made_behind(driver: Driver) -> None:
    lost = forgotten(driver)
    assert lost.jobs[0].after == driver.claim
    assert handed_in(driver, lost) == ""
    with driver.database.read() as tx:
        assert needed.standing(tx, ["DE-1-1"]).latest == {"DE-1-1": (2, lost.claim)}
    driver.packet, driver.state = lost, bench.start(lost)
    driver.follow()
    driver.send()
    assert handed_in(driver, lost) == ""


def test_a_claim_made_behind_one_that_was_given_anew_since_is_no_longer_the_next(driver: Driver) -> None:
    (job,) = forgotten(driver).jobs
    lost = replace(forgotten(driver), jobs=(replace(job, after="picked by somebody else before"),))
    assert handed_in(driver, lost) == "claimed_since"


def test_a_claim_whose_goods_lay_elsewhere_waits_for_what_was_done_before_it(driver: Driver) -> None:
    (job,) = forgotten(driver).jobs
    fewer = replace(forgotten(driver), jobs=(replace(job, totes=(replace(job.totes[0], qty=2),)),))
    assert handed_in(driver, fewer) == "earlier_missing"


def test_a_claim_of_which_facts_were_set_aside_is_not_given_back_without_them(driver: Driver) -> None:
    lost = forgotten(driver)
    driver.seq += 1
    driver.waiting = [
        Fact(uuid7(), driver.seq, "ModeSet", lost.claim, 2, PACKER.badge, "", '{"mode":"out","value":""}')
    ]
    (applied,) = driver.send()
    assert set(applied.outcomes.values()) == {("set_aside", "claim_unknown")}
    assert handed_in(driver, lost) == "set_aside"
    with driver.database.read() as tx:
        assert store.claims(tx, [lost.claim]) == {}
