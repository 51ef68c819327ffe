"""Receiving, moving, counting, adjusting, taking out: each one's rule, and the ledger behind it."""

from __future__ import annotations

from datetime import datetime

import pytest

from app.base.errors import BadInput, Conflict, NotAllowed, OutOfStock
from app.catalog import store as catalog
from app.catalog.product import Product
from app.db import Database, Tx
from app.site.roles import SYSTEM, Operator
from app.stock import check as stock_check
from app.stock import store
from app.stock.adjust import Adjustment, adjust
from app.stock.count import Counted, count
from app.stock.dispatch import Out, take_out
from app.stock.ledger import Balance, PlaceBalance
from app.stock.move import Move, move, move_by_hand
from app.stock.receive import Receipt, ReceiptLine, receive
from app.stock.reserve import Want, reserve

PACKER = Operator("PBPICKER", "Pat", "packer")


def lay(tx: Tx, now: datetime, *lines: ReceiptLine, receipt: str = "R-1") -> bool:
    catalog.add_products(tx, [Product(sku, sku) for sku in {line.sku for line in lines}])
    return receive(tx, Receipt(receipt, "W", lines), operator=SYSTEM, now=now)


def stands(tx: Tx, sku: str = "CUP") -> Balance:
    assert list(stock_check.check(tx)) == []
    return store.balances(tx, [sku])[sku, "W"]


def lying(tx: Tx, sku: str = "CUP") -> dict[str, int]:
    return {p.place: p.on_hand for p in store.places(tx, [(sku, "W")])}


def test_a_receipt_sent_twice_is_received_once(database: Database, now: datetime) -> None:
    with database.write() as tx:
        assert lay(tx, now, ReceiptLine("CUP", 5, "A"))
        assert not lay(tx, now, ReceiptLine("CUP", 5, "A"))
        assert stands(tx).on_hand == 5


def test_what_arrives_is_no_longer_inbound_and_more_than_announced_is_taken_too(
    database: Database, now: datetime
) -> None:
    with database.write() as tx:
        lay(tx, now, ReceiptLine("CUP", 8, type="inbound"))
        assert stands(tx) == Balance("CUP", "W", inbound=8)
        lay(tx, now, ReceiptLine("CUP", 5, "A"), receipt="R-2")
        assert stands(tx) == Balance("CUP", "W", on_hand=5, inbound=3)
        lay(tx, now, ReceiptLine("CUP", 2, "A"), ReceiptLine("CUP", 4, "B"), receipt="R-3")
        assert stands(tx) == Balance("CUP", "W", on_hand=11)


def test_damaged_and_held_units_arrive_without_being_for_sale(database: Database, now: datetime) -> None:
    with database.write() as tx:
        lay(tx, now, ReceiptLine("CUP", 2, "A", type="damaged"), ReceiptLine("CUP", 3, "A", type="hold"))
        assert stands(tx) == Balance("CUP", "W", on_hand=5, damaged=2, hold=3)
        assert store.available(tx, ["CUP"]) == {("CUP", "W"): 0}


@pytest.mark.parametrize(
    "line",
    [
        ReceiptLine("CUP", 0, "A"),
        ReceiptLine("CUP", -3, "A"),
        ReceiptLine("CUP", 10**12, "A"),
        ReceiptLine("CUP", 2, "A", serial="S1"),
        ReceiptLine("CUP", 2, "A", type="reserved"),
        ReceiptLine("CUP", 2, ""),
        ReceiptLine("CUP", 2, "A", type="inbound"),
        ReceiptLine("NOBODY", 2, "A"),
    ],
)
def test_a_wrong_receipt_line_is_refused_with_its_place_and_nothing_is_received(
    sqlite_database: Database, now: datetime, line: ReceiptLine
) -> None:
    with sqlite_database.write() as tx:
        catalog.add_products(tx, [Product("CUP", "Cup")])
        with pytest.raises(BadInput) as refused:
            receive(tx, Receipt("R-1", "W", (ReceiptLine("CUP", 1, "A"), line)), operator=SYSTEM, now=now)
        assert refused.value.at == "line 2"
        assert store.balances(tx, ["CUP"]) == {}
        assert receive(tx, Receipt("R-1", "W", (ReceiptLine("CUP", 1, "A"),)), operator=SYSTEM, now=now)


def test_goods_move_from_bin_to_tote_to_parcel_and_their_number_stays(database: Database, now: datetime) -> None:
    with database.write() as tx:
        lay(tx, now, ReceiptLine("CUP", 5, "A"))
        move(
            tx,
            [Move("CUP", "W", "A", "T:1", 3, "pick", "f1"), Move("CUP", "W", "T:1", "P:O-1-1/1", 2, "pack", "f2")],
            now,
        )
        assert lying(tx) == {"A": 2, "P:O-1-1/1": 2, "T:1": 1}
        move(tx, [Move("CUP", "W", "T:1", "P:O-1-1/1", 1, "pack", "f3")], now)
        assert lying(tx) == {"A": 2, "P:O-1-1/1": 3}
        assert stands(tx).on_hand == 5


def test_what_does_not_lie_there_cannot_move(database: Database, now: datetime) -> None:
    with database.write() as tx:
        lay(tx, now, ReceiptLine("CUP", 2, "A"), ReceiptLine("CUP", 1, "A", type="damaged"))
    for gone in (Move("CUP", "W", "A", "B", 3, "transfer", ""), Move("CUP", "W", "C", "A", 1, "", "")):
        with pytest.raises(Conflict, match="CUP"), database.write() as tx:
            move(tx, [gone], now)
    with database.write() as tx:
        move(tx, [Move("CUP", "W", "A", "B", 1, "transfer", "", type="damaged")], now)
        assert store.places(tx, [("CUP", "W")])[1] == PlaceBalance("CUP", "W", "B", "", "", 1, 1, 0)
        stands(tx)


def test_moves_take_a_constant_number_of_statements(sqlite_database: Database, now: datetime) -> None:
    from sqlalchemy import event

    said: list[str] = []
    with sqlite_database.write() as tx:
        lay(tx, now, ReceiptLine("CUP", 500, "A"))
    for n in (10, 200):
        with sqlite_database.write() as tx:

            def listen(conn: object, cursor: object, statement: str, *rest: object) -> None:
                said.append(statement)

            event.listen(tx, "before_cursor_execute", listen)
            move(tx, [Move("CUP", "W", "A", f"T:{n}-{i}", 1, "pick", f"f{i}") for i in range(n)], now)
        said.append("---")
    first, second = said[: said.index("---")], said[said.index("---") + 1 : -1]
    assert first == second
    assert len(first) <= 4


def test_a_count_sets_the_place_and_books_the_difference(database: Database, now: datetime) -> None:
    with database.write() as tx:
        lay(tx, now, ReceiptLine("CUP", 5, "A"), ReceiptLine("CUP", 5, "B"))
        assert count(tx, Counted("CUP", "W", "A", 3), source="c1", operator=SYSTEM, now=now) == -2
        assert count(tx, Counted("CUP", "W", "B", 9), source="c2", operator=SYSTEM, now=now) == 4
        assert count(tx, Counted("CUP", "W", "B", 9), source="c3", operator=SYSTEM, now=now) == 0
        assert count(tx, Counted("CUP", "W", "NEW", 1), source="c4", operator=SYSTEM, now=now) == 1
        assert lying(tx) == {"A": 3, "B": 9, "NEW": 1}
        assert stands(tx).on_hand == 13


def test_a_count_below_what_is_promised_is_refused_here(database: Database, now: datetime) -> None:
    with database.write() as tx:
        lay(tx, now, ReceiptLine("CUP", 5, "A"))
        reserve(tx, [Want("O-1", "CUP", "W", 4)], expires_at=None, source="", now=now)
        with pytest.raises(OutOfStock) as short:
            count(tx, Counted("CUP", "W", "A", 2), source="c", operator=SYSTEM, now=now)
        assert short.value.short == {("CUP", "W"): 2}
        assert stands(tx).on_hand == 5


def test_a_count_takes_missing_units_from_the_sellable_first(database: Database, now: datetime) -> None:
    with database.write() as tx:
        lay(tx, now, ReceiptLine("CUP", 3, "A"), ReceiptLine("CUP", 2, "A", type="damaged"))
        count(tx, Counted("CUP", "W", "A", 2), source="c", operator=SYSTEM, now=now)
        assert stands(tx) == Balance("CUP", "W", on_hand=2, damaged=2)
        count(tx, Counted("CUP", "W", "A", 1), source="c", operator=SYSTEM, now=now)
        assert stands(tx) == Balance("CUP", "W", on_hand=1, damaged=1)


def test_damaged_units_stay_where_they_lie_and_can_be_repaired(database: Database, now: datetime) -> None:
    with database.write() as tx:
        lay(tx, now, ReceiptLine("CUP", 5, "A"))
        adjust(tx, Adjustment("CUP", "W", "A", 2, "damaged", "damaged"), source="a1", operator=SYSTEM, now=now)
        assert stands(tx) == Balance("CUP", "W", on_hand=5, damaged=2)
        adjust(tx, Adjustment("CUP", "W", "A", -1, "repaired", "damaged"), source="a2", operator=SYSTEM, now=now)
        assert stands(tx) == Balance("CUP", "W", on_hand=5, damaged=1)


def test_nothing_freely_written_gets_into_the_ledger(database: Database, now: datetime) -> None:
    with database.write() as tx:
        lay(tx, now, ReceiptLine("CUP", 2, "A"))
        for reason in ("", "Anna dropped it", "lost!", "x" * 41):
            with pytest.raises(BadInput):
                adjust(tx, Adjustment("CUP", "W", "A", -1, reason), source="", operator=SYSTEM, now=now)
        assert stands(tx).on_hand == 2


def test_an_adjustment_cannot_break_a_promise(database: Database, now: datetime) -> None:
    with database.write() as tx:
        lay(tx, now, ReceiptLine("CUP", 5, "A"))
        reserve(tx, [Want("O-1", "CUP", "W", 5)], expires_at=None, source="", now=now)
    for change in (Adjustment("CUP", "W", "A", -1, "lost"), Adjustment("CUP", "W", "A", 1, "look", "hold")):
        with pytest.raises(Conflict), database.write() as tx:
            adjust(tx, change, source="a", operator=SYSTEM, now=now)
    with database.read() as tx:
        assert stands(tx) == Balance("CUP", "W", on_hand=5, reserved=5)


def test_what_leaves_the_house_leaves_on_hand_and_reserved_alike(database: Database, now: datetime) -> None:
    with database.write() as tx:
        lay(tx, now, ReceiptLine("CUP", 5, "A"))
        reserve(tx, [Want("O-1-1", "CUP", "W", 3)], expires_at=None, source="", now=now)
        move(tx, [Move("CUP", "W", "A", "P:O-1-1/1", 2, "pack", "f")], now)
        take_out(tx, [Out("O-1-1", "O-1-1/1", "CUP", "W", "P:O-1-1/1", 2)], source="H-1", now=now)
        assert stands(tx) == Balance("CUP", "W", on_hand=3, reserved=1)
        assert [r.qty for r in store.reservations(tx, shipments=["O-1-1"])] == [1]


def test_nothing_leaves_that_is_not_in_the_parcel_or_not_reserved(database: Database, now: datetime) -> None:
    with database.write() as tx:
        lay(tx, now, ReceiptLine("CUP", 5, "A"))
        reserve(tx, [Want("O-1-1", "CUP", "W", 1)], expires_at=None, source="", now=now)
        move(tx, [Move("CUP", "W", "A", "P:1", 2, "pack", "f")], now)
    for out in (Out("O-1-1", "1", "CUP", "W", "P:1", 2), Out("O-1-1", "2", "CUP", "W", "P:2", 1)):
        with pytest.raises(Conflict), database.write() as tx:
            take_out(tx, [out], source="H-1", now=now)
    with database.read() as tx:
        assert stands(tx) == Balance("CUP", "W", on_hand=5, reserved=1)


def test_a_shop_sees_what_is_available_less_its_buffer_and_never_below_zero(database: Database, now: datetime) -> None:
    with database.write() as tx:
        lay(tx, now, ReceiptLine("CUP", 5, "A"), ReceiptLine("POT", 1, "A"))
        store.set_buffer(tx, "DE", "CUP", "W", 2)
        store.set_buffer(tx, "DE", "CUP", "W", 3)
        store.set_buffer(tx, "DE", "POT", "W", 3)
        assert store.available(tx, ["CUP", "POT"], shop="DE") == {("CUP", "W"): 2, ("POT", "W"): 0}
        assert store.available(tx, ["CUP", "POT"], shop="US") == {("CUP", "W"): 5, ("POT", "W"): 1}


def test_acts_by_hand_ask_who_may(sqlite_database: Database, now: datetime) -> None:
    with sqlite_database.write() as tx:
        lay(tx, now, ReceiptLine("CUP", 5, "A"))
        with pytest.raises(NotAllowed):
            receive(tx, Receipt("R-9", "W", ()), operator=PACKER, now=now)
        with pytest.raises(NotAllowed):
            count(tx, Counted("CUP", "W", "A", 3), source="", operator=PACKER, now=now)
        with pytest.raises(NotAllowed):
            adjust(tx, Adjustment("CUP", "W", "A", 1, "found"), source="", operator=PACKER, now=now)
        with pytest.raises(NotAllowed):
            move_by_hand(tx, Move("CUP", "W", "A", "B", 1, "", ""), operator=PACKER, now=now)
        assert stands(tx).on_hand == 5
