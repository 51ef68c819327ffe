"""The queue of cases: what it shows, what mends a case, and what happens when somebody was faster."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.base.clock import SystemClock
from app.cases import store as cases
from app.cases.case import KINDS as CASE_KINDS
from app.desk.settle import ACTS, settle
from app.desk.views import show
from app.site.roles import Operator
from tests.small_site import open_kinds
from tests.ui.conftest import CHIEF, PICKER, Went
from ui.context import Context
from ui.screens.cases.presenter import KEYS
from ui.screens.cases.view import CasesView

SOMEBODY = Operator("PBOTHER", "Somebody", "supervisor")
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
Shown = Callable[..., CasesView]


@pytest.fixture
def queue(context: Context, sign_in: Callable[[str], object], shown: Shown, qtbot: QtBot) -> CasesView:
    sign_in(CHIEF)
    view = shown("cases")
    qtbot.waitUntil(lambda: view.detail.shown != "")
    return view


def choose(view: CasesView, order: str, qtbot: QtBot) -> None:
    """Moves to the order's case as a person would, by the list."""
    wanted = next(n for n in range(view.table.rows.rowCount()) if order in view.table.rows.row(n).said)  # type: ignore[union-attr]
    view.table.selectRow(wanted)
    qtbot.waitUntil(lambda: view.detail._title.text() == order)


def kinds_open(context: Context) -> dict[str, int]:
    with context.database.read() as tx:
        return open_kinds(tx)


def written(view: CasesView) -> dict[str, str]:
    return {name: field.edit.text() for name, field in view.detail.form._fields.items()}


def type_in(view: CasesView, name: str, text: str, qtbot: QtBot) -> None:
    edit = view.detail.form._fields[name].edit
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, text)


def test_every_act_has_a_letter_and_no_two_have_the_same() -> None:
    assert KEYS.keys() == ACTS.keys()
    for acts in CASE_KINDS.values():
        assert len({KEYS[act] for act in acts}) == len(acts)
    assert "O" not in KEYS.values()


def test_cards_count_what_is_open_and_a_card_is_a_filter(queue: CasesView, context: Context, qtbot: QtBot) -> None:
    counted = {card.kind: card.count for card in queue.cards._cards}
    assert counted.pop("") == sum(counted.values())
    assert counted == kinds_open(context)
    queue.cards.chosen.emit("short_stock")
    qtbot.waitUntil(lambda: queue.table.rows.rowCount() == counted["short_stock"])


def test_an_address_is_mended_with_its_countrys_own_fields(queue: CasesView, context: Context, qtbot: QtBot) -> None:
    choose(queue, "DE-1023", qtbot)
    qtbot.keyClick(queue.table, Qt.Key.Key_A)
    field = queue.detail.form._fields["region"]
    assert QApplication.focusWidget() is field.edit
    assert field._label == "Prefecture"
    assert field._problem
    type_in(queue, "region", "Kyoto", qtbot)
    assert not field._problem
    type_in(queue, "reason", "the customer said so", qtbot)
    qtbot.keyClick(queue.detail.form._fields["reason"].edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "DE-1023" in queue.remark._text.text())
    with context.database.reading() as read:
        order = show.order(read, "DE-1023")
    assert order["address"]["region"] == "Kyoto"
    assert [case["state"] for case in order["cases"]] == ["settled"]
    qtbot.waitUntil(
        lambda: all("DE-1023" not in (queue.table.rows.row(n).said) for n in range(queue.table.rows.rowCount()))
    )  # type: ignore[union-attr]


def test_letters_act_only_where_nobody_writes(queue: CasesView, qtbot: QtBot) -> None:
    choose(queue, "DE-1014", qtbot)
    qtbot.keyClick(queue.table, Qt.Key.Key_S)
    type_in(queue, "sku", "xahcup", qtbot)
    assert written(queue)["sku"] == "xahcup"
    assert queue.detail.ready == "map_sku"
    qtbot.keyClick(queue.table, Qt.Key.Key_X)
    assert queue.detail.ready == "cancel"


def test_escape_puts_back_what_was_begun_and_only_then_leaves(queue: CasesView, qtbot: QtBot) -> None:
    choose(queue, "DE-1014", qtbot)
    qtbot.keyClick(queue.table, Qt.Key.Key_X)
    assert queue.presenter.escaped()
    assert queue.detail.ready == "map_sku"
    assert not queue.presenter.escaped()


def test_a_shops_code_is_mapped(queue: CasesView, context: Context, qtbot: QtBot) -> None:
    choose(queue, "DE-1014", qtbot)
    assert written(queue)["code"] == "CUP-SNOW"
    queue.presenter.commit()  # nothing is said yet: nothing is done
    assert "Not done" in queue.remark._text.text()
    type_in(queue, "sku", "CUP-SAND", qtbot)
    queue.presenter.commit()
    qtbot.waitUntil(lambda: "Done" in queue.remark._text.text())
    with context.database.reading() as read:
        assert {line["sku"] for line in show.order(read, "DE-1014")["lines"]} >= {"CUP-SAND"}


def test_what_an_act_refuses_is_said_and_the_case_stays(queue: CasesView, context: Context, qtbot: QtBot) -> None:
    choose(queue, "DE-1014", qtbot)
    type_in(queue, "sku", "NO-SUCH", qtbot)
    queue.presenter.commit()
    qtbot.waitUntil(lambda: "NO-SUCH" in queue.remark._text.text())
    assert kinds_open(context)["unknown_sku"] == 3
    assert written(queue)["sku"] == "NO-SUCH"


def test_a_case_settled_elsewhere_is_said_plainly_and_nothing_is_done_twice(
    queue: CasesView, context: Context, qtbot: QtBot
) -> None:
    choose(queue, "DE-1080", qtbot)
    case = queue.detail.shown
    with context.database.write() as tx:
        settle(tx, case, act="release", operator=SOMEBODY, reason="", now=SystemClock().now())
    qtbot.keyClick(queue.table, Qt.Key.Key_X)
    queue.presenter.commit()
    qtbot.waitUntil(lambda: "PBOTHER" in queue.remark._text.text())
    assert "DE-1080" in queue.remark._text.text()
    with context.database.reading() as read:
        assert show.order(read, "DE-1080")["state"] != "cancelled"
    qtbot.waitUntil(lambda: queue.detail.shown != case)


def test_news_keeps_the_choice_and_what_is_being_written(queue: CasesView, context: Context, qtbot: QtBot) -> None:
    choose(queue, "DE-1014", qtbot)
    type_in(queue, "sku", "CUP-S", qtbot)
    with context.database.read() as tx:
        other = next(c for c in cases.listing(tx, state="open", kind="risk"))
    with context.database.write() as tx:
        settle(tx, other.id, act="release", operator=SOMEBODY, reason="", now=SystemClock().now())
    count = queue.table.rows.rowCount()
    queue.presenter.changed()
    qtbot.waitUntil(lambda: queue.table.rows.rowCount() == count - 1)
    assert queue.detail._title.text() == "DE-1014"
    assert written(queue)["sku"] == "CUP-S"


def test_news_that_were_there_before_the_case_was_put_back_nothing(
    queue: CasesView, context: Context, qtbot: QtBot
) -> None:
    read, answered = threading.Event(), list[None]()
    queue.table.selectRow(
        next(n for n in range(queue.table.rows.rowCount()) if "DE-1023" in queue.table.rows.row(n).said)  # type: ignore[union-attr]
    )
    context.runner.run(read.wait, lambda _: None)
    queue.presenter.changed()
    qtbot.waitUntil(lambda: queue.detail._title.text() == "DE-1023")
    type_in(queue, "region", "Kyo", qtbot)
    read.set()
    context.runner.run(lambda: None, answered.append)
    qtbot.waitUntil(lambda: bool(answered))
    assert written(queue)["region"] == "Kyo"


def test_why_it_stopped_stands_beside_it(queue: CasesView, qtbot: QtBot) -> None:
    choose(queue, "DE-1041", qtbot)
    qtbot.waitUntil(lambda: "TEAPOT-IRON" in queue.detail.reasons.accessibleName())
    assert "stop" in {one.severity for one in queue.detail.reasons._reasons}


def test_a_packer_sees_the_queue_and_settles_nothing(
    context: Context, sign_in: Callable[[str], object], shown: Shown, qtbot: QtBot
) -> None:
    sign_in(PICKER)
    view = shown("cases", "DE-1080")
    qtbot.waitUntil(lambda: view.detail._title.text() == "DE-1080")
    before = kinds_open(context)
    qtbot.keyClick(view.table, Qt.Key.Key_L)
    view.presenter.commit()
    assert not any(button.isEnabled() for button in view.detail.acts._buttons)
    assert view.detail._remark.text()
    assert kinds_open(context) == before


def test_o_opens_the_order_and_an_order_opens_its_case(queue: CasesView, context: Context, qtbot: QtBot) -> None:
    queue.presenter.entered("DE-1045")
    qtbot.waitUntil(lambda: queue.detail._title.text() == "DE-1045")
    qtbot.keyClick(queue.table, Qt.Key.Key_O)
    assert isinstance(context.go, Went)
    assert context.go.places[-1] == ("order", "DE-1045")


def test_no_case_left_says_so(queue: CasesView, context: Context, qtbot: QtBot) -> None:
    with context.database.read() as tx:
        (only,) = cases.listing(tx, state="open", kind="risk")
    queue.cards.chosen.emit("risk")
    qtbot.waitUntil(lambda: queue.detail.shown == only.id)
    with context.database.write() as tx:
        settle(tx, only.id, act="release", operator=SOMEBODY, reason="", now=SystemClock().now())
    queue.presenter.changed()
    qtbot.waitUntil(lambda: queue.table.rows.rowCount() == 0)
    assert "No case of this kind" in queue.table._empty
    assert not queue.detail._title.isVisible()
