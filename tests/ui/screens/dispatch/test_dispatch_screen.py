"""The dock on a real bench: parcels that other scans packed are loaded, taken off and handed over."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.base.errors import DatabaseAway
from app.db import Database
from app.station.answer import Answer
from app.station.station import Station
from ui.context import Context
from ui.screens.dispatch.view import DispatchView
from ui.widgets.act_button import ActButton

Scan = Callable[[str], Answer]


def follow(scan: Scan, answer: Answer) -> Answer:
    for _ in range(200):
        if answer.state in ("finished", "idle"):
            return answer
        answer = scan(answer.next[0])
    raise AssertionError(answer)


@pytest.fixture
def parcels(station: Station, sign_in: Callable[[], Answer], scan: Scan) -> list[str]:
    """Two orders, picked and packed by scans alone; their parcels stand at the dock."""
    sign_in()
    picked = follow(scan, scan("PBNEXT"))
    for job in picked.next[:2]:
        follow(scan, scan(job))
    assert station.settle(30)
    return [f"{job}/1" for job in picked.next[:2]]


def test_parcels_are_loaded_taken_off_and_handed_over_by_scans_alone(
    shown: Callable[..., DispatchView], parcels: list[str], scan: Scan, qtbot: QtBot
) -> None:
    view = shown("dispatch")
    first = scan(parcels[0])
    assert first.message == "parcel_loaded"
    qtbot.waitUntil(lambda: "of 2 loaded" in view.header.said())
    assert "Scan a parcel for Rotkehlchen Paket" in view.next.said()
    assert parcels[0] in view.loaded.said()
    assert parcels[1] in view.waiting.said()
    scan("PBUNDO")
    assert "Nothing is loaded" not in view.loaded.said()
    assert parcels[0] not in view.loaded.said()
    scan(parcels[0])
    scan(parcels[1])
    qtbot.waitUntil(lambda: "Hand over to" in view.next.said())
    scan("PBCLOSE")
    assert "Hand 2 parcels to Rotkehlchen Paket?" in view.next.said()
    assert scan("PBCLOSE").message == "handover_closed"


def test_an_order_held_meanwhile_must_come_off_after_closing(
    shown: Callable[..., DispatchView], parcels: list[str], scan: Scan, shared: Database
) -> None:
    from app.desk.hold import hold
    from app.site.roles import SYSTEM

    view = shown("dispatch")
    for parcel in parcels:
        scan(parcel)
    order = parcels[0].rpartition("-")[0]
    with shared.write() as tx:
        hold(tx, order, operator=SYSTEM, reason="test", now=view._context.clock.now())
    scan("PBCLOSE")
    answer = scan("PBCLOSE")
    assert (answer.message, answer.outcome) == ("handover_unload", "stop")
    assert parcels[0] in view.loaded.said()
    assert "Take these off" in view.loaded.said()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_every_act_is_named_and_enter_presses_none(
    shown: Callable[..., DispatchView], context: Context, sign_in: Callable[[], Answer], scan: Scan, key: Qt.Key
) -> None:
    view = shown("dispatch")
    sign_in()
    scan("RKP")
    before = context.recent.heard
    for act in view.findChildren(ActButton):
        assert "PB" in act.accessibleName()
        act.setFocus()
        QTest.keyClick(act, key)
    assert context.recent.heard == before


def test_nothing_is_loaded_or_handed_over_while_the_shared_database_is_away_and_that_is_said(
    shown: Callable[..., DispatchView],
    parcels: list[str],
    scan: Scan,
    shared: Database,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    view = shown("dispatch")
    scan(parcels[0])
    qtbot.waitUntil(lambda: "of 2 loaded" in view.header.said())
    with monkeypatch.context() as gone:
        gone.setattr(shared, "read", _gone)
        view.presenter.tick()
        qtbot.waitUntil(lambda: not view.close_truck.isEnabled())
        assert "Waits for the line" in view.header.said()
        assert parcels[0] in view.loaded.said()
    view.presenter.tick()
    qtbot.waitUntil(view.close_truck.isEnabled)
    assert "Waits for the line" not in view.header.said()


def _gone() -> object:
    raise DatabaseAway("no route")
