"""A bench goes offline with work in hand, is taken over, and comes back: both stories stand in the order's timeline."""

from __future__ import annotations

import random
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path

import pytest

from app.bench.proxy import Proxy
from app.bootstrap import checks
from app.cases import store as cases
from app.db import Database, open_database
from app.db.grants import HUB, SUPERVISOR
from app.desk.settle import settle
from app.desk.silent import look_after_stations
from app.orders import timeline
from app.shipments import store as shipments
from app.station.station import Station
from tests.logins import as_bench, as_role
from tests.small_site import CHIEF
from tests.station.benches import BADGE, SETTINGS, follow, furnish, picked

LONG_S = 60.0  # never waited out by a test that holds
_MADE_UP = {"orders", "planning"}


@pytest.fixture
def near(postgres_database: Database, now: datetime) -> Database:
    furnish(postgres_database, now, DE_1=[("CUP", 3), ("TEE", 1)])
    return postgres_database


@pytest.mark.parametrize(("goes_on", "act"), [(True, "discard"), (False, "accept")])
def test_a_bench_taken_over_while_offline_loses_nothing_and_a_person_says_what_counts(
    near: Database, now: datetime, tmp_path: Path, goes_on: bool, act: str
) -> None:
    with ExitStack() as end:
        line = end.enter_context(
            closing(Proxy(near.engine.url.render_as_string(hide_password=False), random.Random(4)))
        )
        far = end.enter_context(closing(open_database(line.url, who="S1", patience=2.0)))
        away = end.enter_context(closing(Station.open(tmp_path / "S1", far, "S1", settings=SETTINGS)))
        own = end.enter_context(as_bench(near, "S2"))
        other = end.enter_context(closing(Station.open(tmp_path / "S2", own, "S2", settings=SETTINGS)))
        desk, hub = end.enter_context(as_role(near, SUPERVISOR)), end.enter_context(as_role(near, HUB))
        away.sign_in(BADGE)
        other.sign_in(BADGE)
        picked(away, "DE-1-1")
        opened = away.scan("DE-1-1")
        assert away.settle(LONG_S)
        line.gone()
        label = follow(away, opened, until="awaiting_label")
        with near.write() as tx:  # a quarter of an hour later
            tx.exec_driver_sql("UPDATE claim SET lease_until = '2026-11-01T00:00:00.000Z' WHERE state = 'live'")
        with hub.write() as tx:
            assert look_after_stations(tx, near.now(tx, away._desk.clock))

        assert other.scan("DE-1-1").message == "claimed_silent"
        assert other.scan("PBCHIEF").workflow == "pack"
        if goes_on:
            follow(other, other.scan("PBHELP"))
        assert other.settle(LONG_S)

        line.heal()
        assert away._sync.drained(LONG_S)
        with away._sync._moved:
            away._sync.hurry()
            assert away._sync._moved.wait_for(lambda: away._sync.news.get("DE-1-1") == "taken_over", LONG_S)
        assert away.scan(label.next[0]).message == "taken_over"
        assert away.settle(LONG_S)

        with hub.write() as tx:
            look_after_stations(tx, near.now(tx, away._desk.clock))
        with desk.write() as tx:
            by_kind = {case.kind: case for case in cases.listing(tx)}
            assert (by_kind["silent_station"].state, by_kind["silent_station"].act) == ("settled", "take_over")
            settle(tx, by_kind["late_fact"].id, act=act, operator=CHIEF, reason="", now=near.now(tx, away._desk.clock))
        with desk.write() as tx:
            for case in cases.listing(tx, state="open"):
                assert (case.kind, goes_on) == ("bring_back", True)
                settle(tx, case.id, act="brought_back", operator=CHIEF, reason="", now=near.now(tx, away._desk.clock))

        with near.read() as tx:
            told = [h.entry for h in timeline.read(tx, "DE-1")]
        stories = [one.event for one in told if one.event in _STORY]
        assert stories == ["refused", "taken_over", "late_work", *_ENDS[act]]
        first = next(one for one in told if one.event == "taken_over")
        assert (first.by, first.detail["worker"], first.detail["station"]) == ("PBCHIEF", BADGE, "S1")

        if not goes_on:  # the other bench had opened it and hears that its claim has ended
            with other._sync._moved:
                other._sync.hurry()
                assert other._sync._moved.wait_for(lambda: other._sync.news.get("DE-1-1") == "taken_over", LONG_S)
            assert other.scan("PBHELP").message == "taken_over"
            other.scan("PBOK")
            follow(other, other.scan("DE-1-1"))
        assert other.settle(LONG_S)
        with near.read() as tx:
            assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "labelled"
            made = tx.exec_driver_sql("SELECT DISTINCT station FROM print_job WHERE document = 'parcel_label'")
            assert [row.station for row in made] == ["S2" if goes_on else "S1"]
            found = [f for room, check in checks().items() if room not in _MADE_UP for f in check(tx)]
            late = [c.id for c in cases.listing(tx, state="open") if c.kind == "late_fact"]
            assert [f for f in found if f.rule != "set_aside_is_seen" or not late] == []


_STORY = {"refused", "taken_over", "late_work", "late_accepted", "late_discarded", "brought_back"}
# Accepted, the claim that the other bench had just made is taken over in its turn.
_ENDS = {"discard": ["late_discarded", "brought_back"], "accept": ["taken_over", "late_accepted"]}
