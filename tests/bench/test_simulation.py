"""The simulated floor: clean, the same again from the same seed, and whoever plants a bug is found out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from app.bench.simulation.faults import HOURLY, HOUSE
from app.bench.simulation.floor import Program, Ran, simulate, worked
from app.bench.simulation.report import held, report
from app.bootstrap import checks, initialise, metadata
from app.db import Tx
from app.floor import apply
from app.floor.chain import chained
from app.floor.facts import Fact
from app.floor.received.store import Received
from app.floor.standing.store import Standing
from app.site.site import Station
from app.station.journal.journal import Journal
from app.station.journal.records import Entry, Kept
from app.station.sync import pull

PROGRAM = Program(initialise, metadata, checks())


def ran(seed: int, hours: float, *, benches: int, rate: float) -> Ran:
    return simulate(seed, hours, PROGRAM, benches=benches, rate=rate)


def test_a_run_is_clean_and_plays_again_the_same_from_its_seed_alone() -> None:
    first, again, other = (ran(seed, 0.2, benches=2, rate=4.0) for seed in (1, 1, 2))
    figures = report(first)
    assert held(figures), figures["first"]
    assert figures["scans"] > 100
    assert figures["bench_hours"] == 0  # none was whole
    assert figures["faults"] > 10
    unlike = dict.fromkeys(("seconds", "cpu_seconds", "scans_per_second", "scans_per_cpu_second"), 0)
    assert report(again) | unlike == figures | unlike
    assert other.digest != first.digest


def test_only_whole_bench_hours_with_twenty_scans_and_a_fault_count() -> None:
    scans = {("F1", 0): 20, ("F1", 1): 19, ("F2", 0): 500, ("F2", 1): 500, ("F2", 2): 500}
    faults = {("F1", 0): 1, ("F1", 1): 9, ("F2", 1): 1, ("F2", 2): 1}
    assert [worked(scans, faults, hours) for hours in (0.9, 1.0, 2.0, 2.9, 3.0)] == [0, 1, 2, 2, 3]


@pytest.mark.slow
def test_six_benches_lose_and_double_nothing_over_hours_of_faults_of_every_kind() -> None:
    for seed in (11, 12):
        figures = report(ran(seed, 4.0, benches=6, rate=1.0))
        assert held(figures), (seed, figures["first"])
        assert figures["bench_hours"] >= 20


def _apply_without_its_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was applied before is applied again: neither the fact's number nor its id is looked at."""

    real = apply.standing

    def found(tx: Tx, station: str, facts: Sequence[Fact], **how: Any) -> Standing:
        stands = real(tx, station, facts, **how)
        return replace(stands, station=replace(stands.station, last_seq=0), known={})

    def linked(row: Station, facts: Sequence[Fact], before: str, known: Mapping[str, Received]) -> str:
        for fact in facts:
            before = chained(before, fact, fact.seq)
        return before

    received, add = apply.received.received, apply.received.add_facts

    def added(tx: Tx, station: str, incarnation: str, facts: Sequence[Fact], *rest: Any) -> None:
        there = received(tx, [fact.op_id for fact in facts])
        fresh = [fact for fact in facts if fact.op_id not in there]
        if fresh:
            add(tx, station, incarnation, fresh, *rest)

    monkeypatch.setattr(apply, "standing", found)
    monkeypatch.setattr(apply, "_linked", linked)
    names = {name: getattr(apply.received, name) for name in dir(apply.received)}
    monkeypatch.setattr(apply, "received", SimpleNamespace(**{**names, "add_facts": added}))


def _ack_before_the_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts count as sent once they are on their way."""
    unacknowledged = Journal.unacknowledged

    def hasty(self: Journal, limit: int) -> list[Fact]:
        facts = unacknowledged(self, limit)
        if facts and limit < 1000:
            self.acknowledge(facts[-1].seq, self.incarnation)
        return facts

    monkeypatch.setattr(Journal, "unacknowledged", hasty)


def _answer_before_its_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scan is shown as kept, and written with the next one."""
    append = Journal.append
    waiting: dict[int, Entry] = {}

    def hasty(self: Journal, entry: Entry) -> Future[Kept]:
        before = waiting.pop(id(self), None)
        if before:
            append(self, before)
        if not (entry.facts and entry.facts_only):
            return append(self, entry)
        waiting[id(self)] = entry
        shown: Future[Kept] = Future()
        shown.set_result(Kept(self.last_seq + len(entry.facts), 0))
        return shown

    monkeypatch.setattr(Journal, "append", hasty)


def _takeover_without_its_fence(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the bench it was taken from sends afterwards takes effect all the same."""
    real = apply.standing

    def unfenced(tx: Tx, station: str, facts: Sequence[Fact], **how: Any) -> Standing:
        stands = real(tx, station, facts, **how)
        claims = {id_: (replace(one, state="live"), mark) for id_, (one, mark) in stands.claims.items()}
        return replace(stands, claims=claims)

    monkeypatch.setattr(apply, "standing", unfenced)


def _news_of_no_cancellation(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bench hears that work is taken over, but not that it is cancelled or held."""
    real = pull._news

    def deaf(tx: Tx, ours: Mapping[str, Iterable[str]]) -> tuple[dict[str, str], frozenset[str]]:
        news, ended = real(tx, ours)
        return {one: "live" if said in ("cancelled", "held") else said for one, said in news.items()}, ended

    monkeypatch.setattr(pull, "_news", deaf)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("plant", "shows"),
    [
        (_apply_without_its_check, "other"),
        (_ack_before_the_commit, "other"),
        (_answer_before_its_commit, "lost"),
        (_takeover_without_its_fence, "other"),
        (_news_of_no_cancellation, "other"),
    ],
    ids=lambda plant: plant.__name__.strip("_") if callable(plant) else plant,
)
def test_a_planted_bug_is_found_within_hours_of_simulated_time(
    plant: Callable[[pytest.MonkeyPatch], None], shows: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    for kind in ("journal_spoilt", "wal_spoilt", "journal_restored", "cache_spoilt", HOUSE):  # less to tell apart
        monkeypatch.setitem(HOURLY, kind, 1e-9)
    for seed in (1, 2, 3):
        figures = report(ran(seed, 8.0, benches=3, rate=3.0))
        assert figures[shows], (seed, figures["first"])
