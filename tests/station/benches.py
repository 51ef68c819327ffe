"""Benches at a small warehouse, and somebody who does what they say."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from app.db import Database
from app.settings import Settings
from app.station.answer import Answer
from app.station.station import Station
from tests.logins import as_bench
from tests.small_site import build, ship

BADGE = "PBPICKER"
# Nobody waits a second between two scans here, and no question for three.
SETTINGS = Settings(confirm_after_s=0.0, question_timeout_s=30.0, number_block=20, claim_ahead=0)


def furnish(database: Database, now: datetime, **orders: list[tuple[str, int]]) -> None:
    """The small warehouse, with these orders ready to be picked: `DE_1=[("CUP", 3)]` is the order DE-1."""
    with database.write() as tx:
        build(tx, now)
        for name, lines in orders.items():
            ship(tx, name.replace("_", "-"), lines, now)


@contextmanager
def bench(
    folder: Path, database: Database, *, settings: Settings = SETTINGS, papers: str = "", badge: str = BADGE
) -> Iterator[Station]:
    """The bench S1 with somebody signed in; everything it did is settled when the block ends."""
    with as_bench(database) as own:
        station = Station.open(folder, own, "S1", settings=settings, papers=papers)
        try:
            if badge:
                assert station.sign_in(badge).message == "signed_in"
            yield station
        finally:
            station.close()


def follow(station: Station, answer: Answer, *, until: str = "", most: int = 200) -> Answer:
    """Does what the hints say until the job is over, or a state of that name is reached."""
    for _ in range(most):
        if answer.state in (until or "finished", "idle"):
            return answer
        answer = station.scan(answer.next[0])
    raise AssertionError(f"{most} scans led nowhere: {answer}")


def answered(station: Station, code: str) -> Answer:
    """Asked again for as long as a busy machine is late with its answer, where a test lets nobody wait long."""
    return next(answer for answer in (station.scan(code) for _ in range(100)) if answer.message != "no_answer")


def picked(station: Station, code: str) -> Answer:
    """Opens the work and picks it whole."""
    return follow(station, answered(station, code))


def packed(station: Station, code: str) -> Answer:
    """Picks and packs it whole."""
    picked(station, code)
    return follow(station, answered(station, code))


@contextmanager
def held_by_another(database: Database) -> Iterator[None]:
    """Another program keeps the shared database from being written to."""
    path = database.engine.url.database
    assert path
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.rollback()
        other.close()
