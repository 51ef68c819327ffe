"""A supervisor's badge at a bench: the desk's screens show what its login may see, and say what they don't."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.db import Database, open_database
from tests.demo_shop import Shop, login_of, shared_demo, shared_demo_template
from tests.ui.conftest import CHIEF, Failures
from ui.context import Context
from ui.navigation import SCREENS

__all__ = ["shared_demo", "shared_demo_template"]
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
Shown = Callable[..., Any]


@pytest.fixture
def shared(shared_demo: Shop) -> Iterator[Database]:
    """The demo shop in PostgreSQL, by the login of the bench S1."""
    with closing(open_database(shared_demo.url_of(login_of("S1")))) as database:
        yield database


@pytest.fixture(autouse=True)
def signed_in(sign_in: Callable[[str], object]) -> None:
    sign_in(CHIEF)


def test_a_case_is_shown_with_its_order_and_what_is_not_shown_is_said(shown: Shown, qtbot: QtBot) -> None:
    view = shown("cases")
    qtbot.waitUntil(lambda: view.detail.shown != "")
    assert view.remark._text.text() == ""
    qtbot.waitUntil(lambda: "what people wrote" in view.detail._remark.text())


def test_an_act_that_the_login_may_not_do_is_refused_without_a_tables_name(shown: Shown, qtbot: QtBot) -> None:
    view = shown("cases", "DE-1023")
    qtbot.waitUntil(lambda: view.detail.shown != "")
    view.presenter.act("hold")
    view.presenter.edited("reason", "asked")
    view.presenter.commit()
    qtbot.waitUntil(lambda: "login" in view.remark._text.text())
    assert "case_" not in view.remark._text.text()
    assert "init" not in view.remark._text.text()


def test_an_order_is_shown_and_what_is_not_shown_is_said(shown: Shown, qtbot: QtBot) -> None:
    view = shown("order", "DE-1042")
    qtbot.waitUntil(lambda: view._title.text() == "DE-1042")
    assert "Emil Sørensen-Kraft" in view._person.text()
    assert view.remark._text.text() == ""
    said = view.goods.accessibleName()
    assert "what people wrote" in said
    assert "why it is planned so" in said


def test_orders_are_found_by_their_numbers_and_it_is_said_that_people_are_not_looked_for(
    shown: Shown, qtbot: QtBot
) -> None:
    view = shown("orders")
    qtbot.waitUntil(lambda: view.table.rows.rowCount() == 100)
    qtbot.keyClick(view, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(view.field, "de-1042-2")
    qtbot.waitUntil(lambda: view.table.rows.rowCount() == 1)
    assert "names and e-mail" in view._told.text()


@pytest.mark.parametrize("name", [one.name for one in SCREENS if one.kind == "desk" and one.name != "order"])
def test_every_desk_screen_reads_what_it_shows(
    name: str, shown: Shown, context: Context, failures: Failures, qtbot: QtBot
) -> None:
    view, answered = shown(name), list[None]()
    context.runner.run(lambda: None, answered.append)  # one after another: what the screen asked for came before
    qtbot.waitUntil(lambda: bool(answered))
    assert failures.errors == []
    assert "login" not in " ".join(label.text() for label in view.findChildren(QLabel))
