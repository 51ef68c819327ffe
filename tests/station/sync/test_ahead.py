"""Work is held ahead, so that an outage does not stop the bench; who stops working gives it back."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.base.clock import FixedClock
from app.bench.proxy import Proxy
from app.db import Database, open_database
from app.floor.claim import claim_ahead, open_work
from app.floor.held import store as holding
from app.shipments import store as shipments
from app.station.station import Station
from tests.small_site import PACKER
from tests.station.benches import BADGE, SETTINGS, answered, bench, follow, furnish, packed, picked

AHEAD = replace(SETTINGS, claim_ahead=1, question_timeout_s=1.0)
LONG_S = 60.0  # never waited out by a test that holds


@pytest.fixture
def near(postgres_database: Database, now: datetime) -> Database:
    furnish(postgres_database, now, DE_1=[("CUP", 3)], DE_2=[("CUP", 1), ("TEE", 1)], DE_3=[("TEE", 2)])
    return postgres_database


@pytest.fixture
def line(near: Database) -> Iterator[Proxy]:
    with closing(Proxy(near.engine.url.render_as_string(hide_password=False), random.Random(4))) as proxy:
        yield proxy


@pytest.fixture
def station(line: Proxy, tmp_path: Path) -> Iterator[Station]:
    with (
        closing(open_database(line.url, who="S1", patience=2.0)) as far,
        closing(Station.open(tmp_path / "bench", far, "S1", settings=AHEAD)) as opened,
    ):
        assert opened.sign_in(BADGE).message == "signed_in"
        yield opened


def comes_to(station: Station, wanted: Callable[[], bool]) -> bool:
    station._sync.hurry()
    with station._sync._moved:
        return station._sync._moved.wait_for(wanted, LONG_S)


def held(station: Station) -> list[tuple[str, tuple[str, ...]]]:
    """What lies here and is prepared: with addresses and news, so that nothing is lacking."""
    news = station._sync.news
    return [
        (work.packet.kind, tuple(job.shipment for job in work.packet.jobs))
        for work in station._cache.work()
        if not work.opened and all(job.shipment in news for job in work.packet.jobs)
    ]


def test_a_bench_at_work_holds_the_next_job_and_does_it_whole_with_the_shared_database_gone(
    near: Database, line: Proxy, station: Station
) -> None:
    picked(station, "DE-1-1")
    follow(station, answered(station, "DE-1-1"), until="awaiting_item")
    assert comes_to(station, lambda: ("pick", ("DE-2-1", "DE-3-1")) in held(station))
    line.gone()
    done = follow(station, station.scan("PBHELP"))
    assert done.state in ("finished", "idle")
    assert station.scan("PBNEXT").workflow == "pick"
    assert follow(station, station.scan("PBHELP")).message == "pick_done"
    line.heal()
    assert station.settle(LONG_S)
    with near.read() as tx:
        states = {one: s.state for one, s in shipments.get(tx, ["DE-1-1", "DE-2-1", "DE-3-1"]).items()}
    # Back at the line, the bench holds one of the two ahead, to be packed.
    assert (states["DE-1-1"], {states["DE-2-1"], states["DE-3-1"]} <= {"picked", "packing"}) == ("labelled", True)


def test_held_work_opens_by_its_shipment_or_its_job_code_without_asking(
    near: Database, line: Proxy, station: Station
) -> None:
    picked(station, "DE-1-1")
    assert comes_to(station, lambda: ("pick", ("DE-2-1", "DE-3-1")) in held(station))
    line.gone()
    with near.read() as tx:
        code = shipments.get(tx, ["DE-3-1"])["DE-3-1"].job_code
    assert station.scan(code).workflow == "pick"
    follow(station, station.scan("PBHELP"))
    assert station.scan("DE-1-1").message == "no_answer"


def test_whoever_signs_out_gives_back_what_is_held_ahead_and_keeps_the_job_in_hand(
    near: Database, station: Station
) -> None:
    answered(station, "DE-1-1")
    assert comes_to(station, lambda: bool(held(station)))
    station.sign_out().result()
    assert comes_to(station, lambda: not held(station))
    assert station.settle(LONG_S)
    with near.read() as tx:
        states = {one: s.state for one, s in shipments.get(tx, ["DE-1-1", "DE-2-1", "DE-3-1"]).items()}
        assert states == {"DE-1-1": "picking", "DE-2-1": "ready", "DE-3-1": "ready"}
        assert [one.shipments for one in holding.held(tx)] == [("DE-1-1",)]


def test_a_program_that_ends_gives_back_what_is_held_ahead_and_keeps_the_job_in_hand(
    near: Database, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.station.station.GOODBYE_S", LONG_S)
    answered(station, "DE-1-1")
    assert comes_to(station, lambda: bool(held(station)))
    station.close()
    with near.read() as tx:
        assert [one.shipments for one in holding.held(tx)] == [("DE-1-1",)]
        assert shipments.get(tx, ["DE-2-1"])["DE-2-1"].state == "ready"


def test_a_program_that_ends_without_the_line_gives_back_when_it_begins_again(
    near: Database, line: Proxy, station: Station, tmp_path: Path
) -> None:
    answered(station, "DE-1-1")
    assert comes_to(station, lambda: bool(held(station)))
    line.gone()
    assert comes_to(station, lambda: station.status().sync.trouble == "away")
    station.close()
    with near.read() as tx:
        assert len(holding.held(tx)) == 2
    line.heal()
    with (
        closing(open_database(line.url, who="S1", patience=2.0)) as far,
        closing(Station.open(tmp_path / "bench", far, "S1", settings=AHEAD)) as again,
    ):
        assert again.settle(LONG_S)
        with near.read() as tx:
            assert [one.shipments for one in holding.held(tx)] == [("DE-1-1",)]


def test_what_was_given_back_while_offline_is_not_opened_again_and_is_free_once_that_is_known(
    near: Database, line: Proxy, station: Station
) -> None:
    answered(station, "DE-1-1")
    assert comes_to(station, lambda: bool(held(station)))
    station.sign_out().result()
    assert comes_to(station, lambda: not station._sync.ahead._unopened())
    line.gone()
    assert station.sign_in(BADGE).message == "signed_in"
    assert station.scan("PBEXIT").message == "job_left"
    assert station.scan("DE-2-1").message == "no_answer"


def test_a_claim_whose_answer_was_lost_is_found_by_the_next_pull(
    near: Database, now: datetime, station: Station
) -> None:
    with near.write() as tx:
        lost = open_work(tx, op_id="lost", station="S1", operator=PACKER, code="DE-3-1", now=now)
    assert comes_to(station, lambda: lost.claim in {work.packet.claim for work in station._cache.work()})


def test_ahead_of_all_else_a_bench_packs_what_it_picked_itself(near: Database, now: datetime, tmp_path: Path) -> None:
    with closing(open_database(near.engine.url.render_as_string(hide_password=False))) as own:
        with closing(Station.open(tmp_path / "b", own, "S1", settings=SETTINGS)) as station:
            station.sign_in(BADGE)
            picked(station, "DE-3-1")
            assert station.settle(LONG_S)
        with own.write() as tx:
            packet = claim_ahead(tx, station="S1", operator=PACKER, kind="pack", now=now)
            assert packet is not None
            assert [job.shipment for job in packet.jobs] == ["DE-3-1"]
            assert claim_ahead(tx, station="S1", operator=PACKER, kind="pack", now=now) is None


def test_a_local_file_is_never_away_and_nothing_is_held_ahead_of_it(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 3)], DE_2=[("CUP", 2)])
    with bench(tmp_path, sqlite_database, settings=AHEAD) as station:
        packed(station, "DE-1-1")
        assert station.settle(LONG_S)
        with sqlite_database.read() as tx:
            assert shipments.get(tx, ["DE-2-1"])["DE-2-1"].state == "ready"


def test_a_label_on_news_older_than_the_shop_lets_it_waits_for_the_line_and_goes_when_it_is_back(
    near: Database, line: Proxy, tmp_path: Path, now: datetime
) -> None:
    clock, settings = FixedClock(now), replace(SETTINGS, lock_after_min=0)
    with near.write() as tx:
        tx.exec_driver_sql("UPDATE shop SET label_offline_minutes = 30")
    with (
        closing(open_database(line.url, who="S1", patience=2.0)) as far,
        closing(Station.open(tmp_path / "bench", far, "S1", settings=settings, clock=clock)) as station,
    ):
        station.sign_in(BADGE)
        picked(station, "DE-1-1")
        follow(station, answered(station, "DE-1-1"), until="awaiting_close")
        line.gone()
        assert comes_to(station, lambda: station.status().sync.trouble == "away")
        clock.at += timedelta(minutes=31)
        assert station.scan("PBCLOSE").message == "news_too_old"
        line.heal()
        clock.at += timedelta(minutes=1)
        assert comes_to(station, lambda: station._sync.news_age_s() == 0)
        assert station.scan("PBCLOSE").message == "parcel_closed"
