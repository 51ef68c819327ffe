"""An order's page and its acts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.base.clock import SystemClock
from app.desk.cancel import cancel
from app.desk.views import show
from app.site.roles import SYSTEM
from tests.ui.conftest import CHIEF, PICKER, Went
from ui.context import Context
from ui.screens.order.view import OrderView

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
Shown = Callable[..., OrderView]


@pytest.fixture
def page(context: Context, sign_in: Callable[[str], object], shown: Shown, qtbot: QtBot) -> OrderView:
    sign_in(CHIEF)
    view = shown("order", "DE-1042")
    qtbot.waitUntil(lambda: view._title.text() == "DE-1042")
    return view


def state(context: Context) -> str:
    with context.database.reading() as read:
        return str(show.order(read, "DE-1042")["state"])


def do(view: OrderView, key: Qt.Key, reason: str, qtbot: QtBot) -> None:
    qtbot.keyClick(view, key)
    qtbot.keyClicks(view.form._fields["reason"].edit, reason)
    qtbot.keyClick(view.form._fields["reason"].edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_the_page_says_who_what_where_and_why(page: OrderView, qtbot: QtBot) -> None:
    assert "Emil Sørensen-Kraft" in page._person.text()
    assert "97.11 EUR" in page.goods.accessibleName()
    assert "CUP-SAND" in page.goods.accessibleName()
    sheets = " ".join(sheet.accessibleName() for _, sheet in page.shipments._sheets)
    assert "DE-1042-1" in sheets
    assert "DE-1042-2" in sheets
    assert "came in from the shop" in page.timeline.accessibleName()
    qtbot.waitUntil(lambda: "no warehouse can send it all" in page.reasons.accessibleName())


def test_hold_wants_its_reason_then_holds_and_is_let_go_again(page: OrderView, context: Context, qtbot: QtBot) -> None:
    do(page, Qt.Key.Key_H, "", qtbot)
    assert "write down why" in page.remark._text.text()
    assert state(context) == "planned"
    qtbot.keyClicks(page.form._fields["reason"].edit, "asked by phone")
    page.presenter.commit()
    qtbot.waitUntil(lambda: state(context) == "held")
    qtbot.waitUntil(lambda: page.to_cases.isVisible() and not page.ready)
    do(page, Qt.Key.Key_L, "", qtbot)
    qtbot.waitUntil(lambda: state(context) == "planned")


def test_cancel_takes_back_what_was_planned(page: OrderView, context: Context, qtbot: QtBot) -> None:
    do(page, Qt.Key.Key_X, "wrong size", qtbot)
    qtbot.waitUntil(lambda: state(context) == "cancelled")
    qtbot.waitUntil(lambda: not any(button.isEnabled() for button in page.acts._buttons[:3]))


def test_a_note_is_written_and_stands_on_the_page(page: OrderView, qtbot: QtBot) -> None:
    do(page, Qt.Key.Key_N, "rings twice", qtbot)
    qtbot.waitUntil(lambda: "rings twice" in page.goods.accessibleName())


def test_an_address_with_a_gap_is_not_taken(page: OrderView, context: Context, qtbot: QtBot) -> None:
    qtbot.keyClick(page, Qt.Key.Key_A)
    field = page.form._fields["city"]
    field.edit.selectAll()
    qtbot.keyClick(field.edit, Qt.Key.Key_Delete)
    page.presenter.commit()
    assert field._problem
    qtbot.keyClicks(field.edit, "Kiel")
    page.presenter.commit()
    qtbot.waitUntil(lambda: "Kiel" in page._person.text())


def test_what_was_done_elsewhere_meanwhile_is_said(page: OrderView, context: Context, qtbot: QtBot) -> None:
    qtbot.keyClick(page, Qt.Key.Key_X)
    qtbot.keyClicks(page.form._fields["reason"].edit, "late")
    with context.database.write() as tx:
        cancel(tx, "DE-1042", reason="", operator=SYSTEM, now=SystemClock().now())
    page.presenter.commit()
    qtbot.waitUntil(lambda: "is cancelled" in page.remark._text.text())


def test_news_keeps_what_is_being_written(page: OrderView, qtbot: QtBot) -> None:
    qtbot.keyClick(page, Qt.Key.Key_N)
    qtbot.keyClicks(page.form._fields["reason"].edit, "half a sen")
    page.presenter.changed()
    qtbot.wait(50)
    assert page.form._fields["reason"].edit.text() == "half a sen"
    assert page.ready == "note"


def test_escape_first_puts_back_then_goes_to_the_list(page: OrderView, context: Context, qtbot: QtBot) -> None:
    qtbot.keyClick(page, Qt.Key.Key_X)
    assert page.presenter.escaped()
    assert not page.ready
    assert page.presenter.escaped()
    assert isinstance(context.go, Went)
    assert context.go.places[-1] == ("orders", "")


def test_a_packer_reads_and_changes_nothing(
    context: Context, sign_in: Callable[[str], object], shown: Shown, qtbot: QtBot
) -> None:
    sign_in(PICKER)
    view = shown("order", "DE-1042")
    qtbot.waitUntil(lambda: view._title.text() == "DE-1042")
    assert not any(button.isEnabled() for button in view.acts._buttons)
    qtbot.keyClick(view, Qt.Key.Key_X)
    assert not view.ready


def test_an_order_that_is_none_is_said(
    context: Context, sign_in: Callable[[str], object], shown: Shown, qtbot: QtBot
) -> None:
    sign_in(CHIEF)
    view = shown("order", "DE-9999")
    qtbot.waitUntil(lambda: "DE-9999" in view.remark._text.text())
    assert not view._title.isVisible()
