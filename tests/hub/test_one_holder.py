"""Of several programs that do what is due on one PostgreSQL, one does it; when it is gone another goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import text

from app import bootstrap
from app.base.clock import FixedClock
from app.bench.driver import program, surroundings
from app.bench.proxy import Proxy
from app.bootstrap import initialise
from app.cli import main
from app.db import Database, open_database
from app.db.alone import JOBS, Alone, holder
from app.hub import due
from app.hub.due import Job, held_by, run_forever, run_once


@pytest.fixture
def two(fresh_pg: str) -> Iterator[tuple[Database, Database]]:
    first, second = open_database(fresh_pg, who="hub one"), open_database(fresh_pg, who="hub two")
    initialise(first)
    yield first, second
    first.close()
    second.close()


def counted(done: list[str], name: str, stop: Event | None = None) -> Job:
    def do(_: Database, __: datetime) -> int:
        done.append(name)
        if stop:
            stop.set()
        return 1

    return Job(name, timedelta(0), do)


def test_a_second_one_does_nothing_and_says_who_does(two: tuple[Database, Database], now: datetime) -> None:
    first, second = two
    mine, done = Alone(first, JOBS), list[str]()
    assert mine.take()
    assert mine.take()
    answer, held = run_once(second, [counted(done, "a")], FixedClock(now))
    assert (answer, done) == ({}, [])
    assert held is not None
    assert held.program == "packbench hub one"
    mine.give_back()
    assert held_by(second) is None
    assert run_once(second, [counted(done, "a")], FixedClock(now)) == ({"a": 1}, None)
    assert held_by(first) is None


def test_what_is_given_back_is_free_at_once_however_long_its_session_takes_to_end(
    two: tuple[Database, Database], fresh_pg: str
) -> None:
    with closing(Proxy(fresh_pg)) as line, closing(open_database(line.url, who="hub behind")) as behind:
        line.delay(0.3)
        mine = Alone(behind, JOBS)
        assert mine.take()
        assert held_by(two[0]) is not None
        mine.give_back()
        assert held_by(two[0]) is None


def test_when_the_holders_session_ends_the_waiting_one_goes_on(two: tuple[Database, Database], now: datetime) -> None:
    first, second = two
    mine = Alone(first, JOBS)
    assert mine.take()
    done, told, waits, stop = list[str](), list[str](), Event(), Event()

    def wait(held: object) -> None:
        told.append(str(held))
        waits.set()

    def begin() -> None:
        told.append("begins")

    arguments = (second, [counted(done, "a", stop)], FixedClock(now), stop, lambda _: None, 0.02, wait, begin)
    waiting = Thread(target=run_forever, args=arguments)
    waiting.start()
    assert waits.wait(30)
    assert not done
    with first.write() as tx:  # as if its program had been killed
        held = holder(tx, JOBS)
        assert held
        tx.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": held.pid})
    assert stop.wait(30)
    waiting.join()
    assert (done, len(told), told[-1]) == (["a"], 2, "begins")
    assert mine.take()  # a session that was ended is taken for no lock: it asks again


def test_killed_with_its_whole_process_it_holds_nothing(fresh_pg: str, tmp_path: Path) -> None:
    database = open_database(fresh_pg)
    initialise(database)
    env = surroundings(tmp_path, db=fresh_pg)
    words = [*program(), "jobs", "--forever", "--json"]
    first = subprocess.Popen(words, env=env, stdout=subprocess.PIPE)
    try:
        while held_by(database) is None:
            assert first.poll() is None
        second = subprocess.Popen(words, env=env, stdout=subprocess.PIPE)
        try:
            assert second.stdout is not None
            told = json.loads(second.stdout.readline())["waiting_for"]
            held = held_by(database)
            assert held is not None
            assert (told["pid"], told["program"]) == (held.pid, held.program)
            os.kill(first.pid, signal.SIGKILL)
            first.wait()
            while (now := held_by(database)) is None or now.pid == held.pid:
                assert second.poll() is None
            assert json.loads(second.stdout.readline())["waiting_for"] is None  # its turn has come
        finally:
            second.terminate()
            second.wait()
            assert second.stdout is not None
            second.stdout.close()
    finally:
        first.kill()
        first.wait()
        assert first.stdout is not None
        first.stdout.close()
        database.close()


def test_a_holder_whose_line_answers_nothing_any_more_has_lost_it_and_another_goes_on(
    two: tuple[Database, Database], fresh_pg: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due, "SILENT_S", 1.0)
    proxy = Proxy(fresh_pg)
    hub = open_database(proxy.url, who="hub behind", patience=1.0)
    done, began, stop, waits = list[str](), Event(), Event(), Event()

    def write(database: Database, _: datetime) -> int:
        with database.write() as tx:
            tx.execute(text("SELECT 1"))
        began.set()
        return 0

    def wait(_: object) -> None:
        waits.set()

    arguments = (hub, [Job("any", timedelta(0), write)], FixedClock(now), stop, lambda _: None, 0.02, wait)
    holding = Thread(target=run_forever, args=arguments)
    holding.start()
    try:
        assert began.wait(30)
        proxy.hang()
        while not run_once(two[1], [counted(done, "a")], FixedClock(now))[0]:
            assert holding.is_alive()
        mine = Alone(two[0], JOBS)
        assert mine.take()  # given back is free at once
        proxy.heal()
        assert waits.wait(30)  # it did not hang, and knows that it has nothing any more
    finally:
        stop.set()
        proxy.heal()
        holding.join(60)
        hub.close()
        proxy.close()
    assert not holding.is_alive()
    mine.give_back()


def test_the_command_waits_for_no_statement_for_ever(
    fresh_pg: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = list[str]()

    def look(database: Database, _: datetime) -> int:
        with database.write() as tx:
            limits.append(tx.execute(text("SHOW statement_timeout")).scalar_one())
        return 0

    monkeypatch.setattr(bootstrap, "due_jobs", lambda _: (Job("look", timedelta(0), look),))
    monkeypatch.setenv("PACKBENCH_HOME", str(tmp_path))
    assert main(["--db", fresh_pg, "init"]) == 0
    assert main(["--db", fresh_pg, "jobs"]) == 0
    assert limits == ["10s"]


def test_who_lost_it_in_the_middle_of_a_job_begins_no_other(two: tuple[Database, Database], now: datetime) -> None:
    done, others = list[str](), Alone(two[1], JOBS)

    def lose(database: Database, _: datetime) -> int:
        with database.write() as tx:
            held = holder(tx, JOBS)
            assert held
            tx.execute(text("SELECT pg_terminate_backend(:pid, 30000)"), {"pid": held.pid})
        assert others.take()
        return 1

    jobs = [Job("long", timedelta(0), lose), counted(done, "a")]
    assert run_once(two[0], jobs, FixedClock(now)) == ({"long": 1}, None)
    assert not done
    others.give_back()


def test_on_a_file_there_is_nobody_to_wait_for(sqlite_database: Database, now: datetime) -> None:
    done: list[str] = []
    assert run_once(sqlite_database, [counted(done, "a")], FixedClock(now)) == ({"a": 1}, None)
