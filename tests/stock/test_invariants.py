"""Any sequence of acts, refused ones too, leaves balances that are the ledger's sums and promise nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from app.base.errors import Conflict, OutOfStock
from app.bootstrap import metadata
from app.catalog import store as catalog
from app.catalog.product import Product
from app.db import Database, Tx, open_database
from app.site.roles import SYSTEM
from app.stock import check as stock_check
from app.stock import store
from app.stock.adjust import Adjustment, adjust
from app.stock.count import Counted, count
from app.stock.dispatch import Out, take_out
from app.stock.move import Move, move
from app.stock.receive import Receipt, ReceiptLine, receive
from app.stock.reserve import Want, release, reserve, take_back
from tests.postgres import Postgres

NOW = datetime(2026, 11, 18, 8, 30, tzinfo=UTC)
SKUS, PLACES, SHIPMENTS = ["CUP", "POT"], ["A", "B", "T:1", "P:1"], ["O-1-1", "O-2-1", "O-3-1"]
skus, places, shipments = st.sampled_from(SKUS), st.sampled_from(PLACES), st.sampled_from(SHIPMENTS)
units = st.integers(1, 6)


class Warehouse(RuleBasedStateMachine):
    """The acts of the stock room on one warehouse; `total` is what ought to be there, counted apart."""

    open: Callable[[], Database]

    def __init__(self) -> None:
        super().__init__()
        self.database = self.open()
        self.receipts = 0
        self.total = dict.fromkeys(SKUS, 0)
        with self.database.write() as tx:
            catalog.add_products(tx, [Product(sku, sku) for sku in SKUS])

    def teardown(self) -> None:
        self.database.close()

    @contextmanager
    def act(self) -> Iterator[Tx]:
        try:
            with self.database.write() as tx:
                yield tx
        except (Conflict, OutOfStock):
            pass

    @rule(sku=skus, qty=units, place=places, kind=st.sampled_from(["on_hand", "damaged", "hold"]))
    def goods_come_in(self, sku: str, qty: int, place: str, kind: str) -> None:
        self.receipts += 1
        with self.act() as tx:
            receive(
                tx,
                Receipt(f"R-{self.receipts}", "W", (ReceiptLine(sku, qty, place, type=kind),)),
                operator=SYSTEM,
                now=NOW,
            )
            self.total[sku] += qty

    @rule(sku=skus, qty=units)
    def goods_are_announced(self, sku: str, qty: int) -> None:
        self.receipts += 1
        with self.act() as tx:
            receive(
                tx,
                Receipt(f"R-{self.receipts}", "W", (ReceiptLine(sku, qty, type="inbound"),)),
                operator=SYSTEM,
                now=NOW,
            )

    @rule(shipment=shipments, wanted=st.lists(st.tuples(skus, units), min_size=1, max_size=3))
    def a_shipment_reserves(self, shipment: str, wanted: list[tuple[str, int]]) -> None:
        with self.act() as tx:
            reserve(tx, [Want(shipment, sku, "W", qty) for sku, qty in wanted], expires_at=None, source="", now=NOW)

    @rule(shipment=shipments)
    def a_shipment_is_released(self, shipment: str) -> None:
        with self.act() as tx:
            release(tx, [shipment], source="", now=NOW)

    @rule(shipment=shipments, sku=skus, qty=units)
    def a_part_is_taken_back(self, shipment: str, sku: str, qty: int) -> None:
        with self.act() as tx:
            take_back(tx, {(shipment, sku): qty}, warehouse="W", reason="short", source="", now=NOW)

    @rule(sku=skus, qty=units, start=places, to=places)
    def goods_are_moved(self, sku: str, qty: int, start: str, to: str) -> None:
        with self.act() as tx:
            move(tx, [Move(sku, "W", start, to, qty, "move", "")], NOW)

    @rule(sku=skus, place=places, qty=st.integers(0, 8))
    def a_place_is_counted(self, sku: str, place: str, qty: int) -> None:
        with self.act() as tx:
            self.total[sku] += count(tx, Counted(sku, "W", place, qty), source="", operator=SYSTEM, now=NOW)

    @rule(sku=skus, place=places, qty=st.integers(-4, 4).filter(bool), kind=st.sampled_from(["damaged", "hold"]))
    def units_are_set_apart_or_given_back(self, sku: str, place: str, qty: int, kind: str) -> None:
        with self.act() as tx:
            adjust(tx, Adjustment(sku, "W", place, qty, "look", kind), source="", operator=SYSTEM, now=NOW)

    @rule(shipment=shipments, sku=skus, qty=units)
    def a_parcel_leaves(self, shipment: str, sku: str, qty: int) -> None:
        with self.act() as tx:
            take_out(tx, [Out(shipment, "1", sku, "W", "P:1", qty)], source="H", now=NOW)
            self.total[sku] -= qty

    @invariant()
    def everything_adds_up(self) -> None:
        with self.database.read() as tx:
            assert list(stock_check.check(tx)) == []
            found = store.balances(tx, SKUS)
        assert {sku: found[sku, "W"].on_hand if (sku, "W") in found else 0 for sku in SKUS} == self.total


def _run(open_: Callable[[], Database], examples: int, steps: int) -> None:
    machine = type("Machine", (Warehouse,), {"open": staticmethod(open_)})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None)
    )


def test_ledger_and_balances_agree_after_any_acts_on_sqlite() -> None:
    with TemporaryDirectory() as folder:
        made = 0

        def fresh() -> Database:
            nonlocal made
            made += 1
            database = open_database(f"sqlite:///{Path(folder) / f'{made}.db'}")
            metadata().create_all(database.engine)
            return database

        _run(fresh, examples=25, steps=30)


def test_ledger_and_balances_agree_after_any_acts_on_postgresql(pg: Postgres, request: pytest.FixtureRequest) -> None:
    template = request.getfixturevalue("_pg_template")
    _run(lambda: open_database(pg.create(template=template)), examples=8, steps=30)
