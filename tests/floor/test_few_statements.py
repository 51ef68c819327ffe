"""Claiming and sending are a few round trips, whatever they are of: behind a slow line each one is waited for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from sqlalchemy import event

from app.base.ids import uuid7
from app.db import Database, Tx
from app.db.at_once import written_at_once
from app.floor.claim import claim_ahead, next_work, open_work
from app.floor.packet import Packet
from tests.floor.bench_driver import Driver
from tests.small_site import PACKER, build, ship

MOST = 12  # with the words that begin and end the transaction


@contextmanager
def said(database: Database) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def statements_of(database: Database, act: Callable[[Tx], Packet | None]) -> tuple[int, int]:
    """How many, COMMIT included, and for how many shipments."""
    with said(database) as statements, database.write() as tx:
        packet = act(tx)
    return len(statements) + 1, len(packet.jobs) if packet else 0


@pytest.fixture
def shop(postgres_database: Database, now: datetime) -> Database:
    with postgres_database.write() as tx:
        build(tx, now)
    return postgres_database


def test_work_is_opened_in_a_few_statements(shop: Database, now: datetime) -> None:
    with shop.write() as tx:
        ship(tx, "DE-1", [("CUP", 2), ("OIL", 1), ("TEE", 3)], now)
    opening = statements_of(
        shop, lambda tx: open_work(tx, op_id=uuid7(), station="S1", operator=PACKER, code="DE-1-1", now=now)
    )
    assert opening[1] == 1
    assert opening[0] <= MOST


def test_twelve_orders_take_no_more_statements_than_two(shop: Database, now: datetime) -> None:
    with shop.write() as tx:
        for n in range(14):
            ship(tx, f"DE-{n}", [("CUP" if n % 2 else "TEE", 1)], now)
    first, second = (
        statements_of(shop, lambda tx: claim_ahead(tx, station="S1", operator=PACKER, kind="pick", now=now))
        for _ in range(2)
    )
    assert (first[1], second[1]) == (12, 2)
    assert first[0] == second[0] <= MOST


def test_what_was_begun_is_claimed_in_a_few_statements_too(shop: Database, now: datetime) -> None:
    with shop.write() as tx:
        for n in range(4):
            ship(tx, f"DE-{n}", [("CUP", 1)], now)
    driver = Driver(shop, now)
    driver.attach()
    driver.take_next()
    driver.follow()
    driver.send()
    claimed = statements_of(shop, lambda tx: next_work(tx, op_id=uuid7(), station="S2", operator=PACKER, now=now))
    assert claimed[1] == 4
    assert claimed[0] <= MOST


def test_a_scan_is_sent_in_five_round_trips(shop: Database, now: datetime) -> None:
    with shop.write() as tx:
        ship(tx, "DE-1", [("CUP", 3), ("TEE", 1)], now)
    driver = Driver(shop, now)
    driver.attach()
    driver.open("DE-1-1")
    driver.follow()
    facts, driver.waiting = driver.waiting, []
    sent = {}
    for fact in facts:
        driver.waiting = [fact]
        with said(shop) as statements, shop.write() as tx, written_at_once(tx):
            driver.put(tx, hopeful=True)
        sent.setdefault(fact.kind, len(statements) + 1)
    assert sent["ItemTaken"] == 5
    assert sent["ItemPlaced"] <= 14  # goods move, a tote fills
    assert sent["PickFinished"] <= 20  # a shipment goes on, a claim ends
