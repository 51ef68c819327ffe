"""The list of orders and its search."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.base.clock import SystemClock
from app.desk.hold import hold
from app.site.roles import SYSTEM
from tests.ui.conftest import CHIEF, Went
from ui.context import Context
from ui.screens.orders.view import OrdersView

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
Shown = Callable[..., OrdersView]


@pytest.fixture
def orders(context: Context, sign_in: Callable[[str], object], shown: Shown, qtbot: QtBot) -> OrdersView:
    sign_in(CHIEF)
    view = shown("orders")
    qtbot.waitUntil(lambda: view.table.rows.rowCount() == 100)
    return view


def ids(view: OrdersView) -> list[str]:
    return [view.table.rows.row(n).subject for n in range(view.table.rows.rowCount())]  # type: ignore[union-attr]


def look_for(view: OrdersView, text: str, qtbot: QtBot) -> None:
    qtbot.keyClick(view, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is view.field
    qtbot.keyClicks(view.field, text)
    qtbot.waitUntil(lambda: text in view._told.text())


def test_orders_stand_newest_first_and_a_state_is_a_filter(orders: OrdersView, qtbot: QtBot) -> None:
    keys = [orders.table.rows.row(n).key for n in range(100)]  # type: ignore[union-attr]
    assert keys == sorted(keys, reverse=True)
    held = next(one for one in orders.states._states if one.state == "held")
    orders.states.chosen.emit("held")
    qtbot.waitUntil(lambda: orders.table.rows.rowCount() == held.count)


def test_one_field_finds_an_order_by_its_shipment_and_return_opens_it(
    orders: OrdersView, context: Context, qtbot: QtBot
) -> None:
    look_for(orders, "de-1042-2", qtbot)
    qtbot.waitUntil(lambda: ids(orders) == ["DE-1042"])
    qtbot.keyClick(orders.field, Qt.Key.Key_Return)
    assert isinstance(context.go, Went)
    assert context.go.places[-1] == ("order", "DE-1042")


def test_escape_shows_the_list_again(orders: OrdersView, qtbot: QtBot) -> None:
    look_for(orders, "DE-104", qtbot)
    qtbot.waitUntil(lambda: orders.table.rows.rowCount() == 10)
    assert orders.presenter.escaped()
    qtbot.waitUntil(lambda: orders.table.rows.rowCount() == 100)
    assert orders.field.text() == ""
    assert not orders.presenter.escaped()


def test_nothing_found_is_said(orders: OrdersView, qtbot: QtBot) -> None:
    look_for(orders, "NOBODY-KNOWS", qtbot)
    qtbot.waitUntil(lambda: orders.table.rows.rowCount() == 0)
    assert orders._told.text() == "Nothing fits “NOBODY-KNOWS”."


def test_an_answer_to_what_was_written_before_is_dropped(orders: OrdersView, qtbot: QtBot) -> None:
    orders.presenter.search("DE-1042")
    orders.presenter.search("DE-1043")
    qtbot.waitUntil(lambda: ids(orders) == ["DE-1043"])
    assert "DE-1043" in orders._told.text()


def test_news_keeps_place_and_choice(orders: OrdersView, context: Context, qtbot: QtBot) -> None:
    chosen = orders.table.rows.row(70)
    assert chosen is not None
    orders.table.choose(chosen.key)
    at = orders.table.verticalScrollBar().value()
    with context.database.write() as tx:
        hold(tx, chosen.subject, reason="", operator=SYSTEM, now=SystemClock().now())
    orders.presenter.changed()
    qtbot.waitUntil(lambda: "held" in orders.table.row().said)  # type: ignore[union-attr]
    assert orders.table.row().subject == chosen.subject  # type: ignore[union-attr]
    assert orders.table.verticalScrollBar().value() == at


def test_a_code_brought_here_is_searched_for(orders: OrdersView, qtbot: QtBot) -> None:
    orders.presenter.entered("DE-1077")
    qtbot.waitUntil(lambda: ids(orders) == ["DE-1077"])
    assert orders.field.text() == "DE-1077"
