"""Whoever waits for news is woken by it, from wherever it came."""

from __future__ import annotations

import threading
from contextlib import closing
from datetime import datetime

from app.db import Database, feed, open_database
from app.db.ear import Rumour

SOON = 60.0  # never waited out by a test that holds


class Woken:
    """Counts calls, and lets a test wait for one that comes after now."""

    def __init__(self) -> None:
        self.times, self._moved = 0, threading.Condition()
        self.heard: set[tuple[str, str]] = set()

    def __call__(self, rumour: Rumour) -> None:
        with self._moved:
            self.times += 1
            self.heard |= {(topic, key) for topic, keys in (rumour or {}).items() for key in keys or "*"}
            self._moved.notify_all()

    def of(self, *what: tuple[str, str]) -> bool:
        """Waits until it has heard of all that."""
        with self._moved:
            return self._moved.wait_for(lambda: self.heard.issuperset(what), SOON)

    def since(self, before: int) -> bool:
        """Waits until it was called more often than that."""
        with self._moved:
            return self._moved.wait_for(lambda: self.times > before, SOON)

    def again(self) -> bool:
        return self.since(self.times)


def announce(database: Database, now: datetime, key: str = "DE-1") -> None:
    with database.write() as tx:
        feed.announce(tx, "order", [key], now)


def nothing_by_itself(database: Database) -> None:
    database.ear()._pause = lambda: 600.0  # type: ignore[method-assign]


def test_what_another_process_announces_wakes_who_waits(database: Database, now: datetime) -> None:
    nothing_by_itself(database)
    woken = Woken()
    database.ear().subscribe(woken)
    assert woken.since(0)  # it listens
    url = database.engine.url.render_as_string(hide_password=False)
    for n in range(3):
        seen = woken.times
        with closing(open_database(url)) as other:
            announce(other, now, f"DE-{n}")
        assert woken.since(seen)


def test_what_is_announced_here_wakes_who_waits_here(database: Database, now: datetime) -> None:
    nothing_by_itself(database)
    woken = Woken()
    database.ear().subscribe(woken)
    assert woken.since(0)
    seen = woken.times
    announce(database, now)
    assert woken.since(seen)


def test_who_waits_is_woken_now_and_then_though_nothing_is_heard(database: Database) -> None:
    woken = Woken()
    database.ear().subscribe(woken)
    assert woken.again()
    assert woken.again()


def listeners(database: Database) -> set[int]:
    """The server's processes for those who listen."""
    asked = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN packbench'"
    with database.read() as tx:
        return set(tx.exec_driver_sql(asked).scalars())


def test_a_listening_connection_that_dies_is_replaced(fresh_pg: str, now: datetime) -> None:
    from app.bootstrap import metadata

    with closing(open_database(fresh_pg)) as database, closing(open_database(fresh_pg)) as other:
        metadata().create_all(database.engine)
        woken = Woken()
        database.ear().subscribe(woken)
        assert woken.since(0)
        with other.write() as tx:
            ended = tx.exec_driver_sql(
                "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            dying = set(ended.scalars())
        while listeners(other) <= dying:  # the server takes its time to end them
            assert woken.again()
        nothing_by_itself(database)
        seen = woken.times
        announce(other, now)
        assert woken.since(seen)


def test_who_left_is_woken_no_more(database: Database, now: datetime) -> None:
    stayed, left = Woken(), Woken()
    ear = database.ear()
    leave = ear.subscribe(left)  # before the other: a round that goes on meanwhile has called it by the time it ends
    ear.subscribe(stayed)
    leave()
    assert stayed.again()
    seen = left.times
    announce(database, now)
    assert stayed.again()
    assert left.times == seen


def test_a_transaction_that_failed_announces_nothing(database: Database, now: datetime) -> None:
    told: list[Rumour] = []
    database.ear().tell = told.append  # type: ignore[method-assign]
    try:
        with database.write() as tx:
            feed.announce(tx, "order", ["DE-1"], now)
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    with database.write():
        pass
    assert told == []
    announce(database, now)
    assert told == [{"order": {"DE-1"}}]


def test_a_rumour_says_what_changed_so_that_others_need_not_look(database: Database, now: datetime) -> None:
    woken = Woken()
    database.ear().subscribe(woken)
    assert woken.since(0)
    with database.write() as tx:
        feed.announce(tx, "claim", ["C1"], now)
        feed.announce(tx, "shipment", ["DE-1-1", "DE-2-1"], now)
    assert woken.of(("claim", "C1"), ("shipment", "DE-1-1"), ("shipment", "DE-2-1"))


def test_of_more_than_fits_into_one_word_only_the_topics_are_said(postgres_database: Database, now: datetime) -> None:
    woken = Woken()
    postgres_database.ear().subscribe(woken)
    assert woken.since(0)
    with postgres_database.write() as tx:
        feed.announce(tx, "shipment", [f"DE-{n}-1" for n in range(2000)], now)
    assert woken.of(("shipment", "*"))


def test_an_earlier_programs_word_without_words_is_news_of_something(postgres_database: Database) -> None:
    woken = Woken()
    postgres_database.ear().subscribe(woken)
    assert woken.since(0)
    with postgres_database.write() as tx:
        tx.exec_driver_sql("NOTIFY packbench")
    assert woken.of(("", "*"))
