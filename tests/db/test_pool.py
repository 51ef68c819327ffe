"""Connections are few: who has waited longest for one is given the next."""

from __future__ import annotations

import threading
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree

from app.db.pool import InTurn


def waiting(pool: InTurn, so_many: int) -> None:
    end = monotonic() + 30
    while len(pool._line) < so_many:
        assert monotonic() < end


def test_who_waits_is_served_in_the_order_they_came_before_whoever_asks_again_at_once(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'x.db'}", poolclass=InTurn, pool_size=1, max_overflow=0)
    pool = engine.pool
    assert isinstance(pool, InTurn)
    served: list[str] = []

    def ask(name: str) -> None:
        with engine.connect():
            served.append(name)

    held = engine.connect()
    threads = []
    for n, name in enumerate("BCD", 1):
        threads.append(threading.Thread(target=ask, args=(name,)))
        threads[-1].start()
        waiting(pool, n)
    held.close()
    ask("A")
    for thread in threads:
        thread.join(30)
    assert served == ["B", "C", "D", "A"]
    engine.dispose()


def test_while_one_connection_is_opened_another_is_given(tmp_path: Path) -> None:
    """Opening one may take a second, behind a slow line."""
    engine = create_engine(f"sqlite:///{tmp_path / 'x.db'}", poolclass=InTurn, pool_size=2, max_overflow=0)
    engine.connect().close()
    opening, opened = threading.Event(), threading.Event()

    def slow(*_: object) -> None:
        opening.set()
        assert opened.wait(30)

    event.listen(engine, "do_connect", slow)
    held = engine.connect()
    other = threading.Thread(target=lambda: engine.connect().close())
    other.start()
    assert opening.wait(30)
    held.close()
    with engine.connect():
        pass
    opened.set()
    other.join(30)
    engine.dispose()


def test_a_connection_that_can_not_be_opened_leaves_its_turn_to_the_next(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'no' / 'x.db'}", poolclass=InTurn, pool_size=1, max_overflow=0)
    for _ in range(3):
        with pytest.raises(OperationalError):
            engine.connect()
    (tmp_path / "no").mkdir()
    engine.connect().close()
    engine.dispose()


def test_who_gave_up_waiting_holds_up_nobody_behind(tmp_path: Path) -> None:
    engine = create_engine(
        f"sqlite:///{tmp_path / 'x.db'}", poolclass=InTurn, pool_size=1, max_overflow=0, pool_timeout=0.05
    )
    held = engine.connect()
    for _ in range(2):
        with pytest.raises(NoneFree):
            engine.connect()
    held.close()
    with engine.connect():
        pass
    engine.dispose()
