"""The pick screen on a real bench: a whole walk by scanner, and what the picker sees on the way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.station.answer import Answer
from ui.context import Context
from ui.widgets.act_button import ActButton

Scan = Callable[[str], Answer]


def test_a_walk_goes_bin_item_tote_until_all_bins_are_done(
    shown: Callable[..., object], sign_in: Callable[[], Answer], scan: Scan
) -> None:
    view = shown("pick")
    sign_in()
    answer = scan("PBNEXT")
    assert answer.workflow == "pick"
    bins = {stop.bin for stop in answer.at.work.packet.stops}  # type: ignore[union-attr]
    acts: list[str] = []
    while answer.workflow == "pick" and answer.state not in ("finished", "idle"):
        assert answer.next[0] in view.next.said() or answer.state != "awaiting_bin"  # type: ignore[attr-defined]
        acts.append(answer.state)
        answer = scan(answer.next[0])
    assert acts.count("awaiting_bin") == len(bins)
    assert set(acts) == {"awaiting_bin", "awaiting_item", "awaiting_tote"}
    assert (answer.message, answer.outcome) == ("pick_done", "done")


def test_a_wrong_bin_keeps_the_next_thing_and_says_it_did_not_count(
    shown: Callable[..., object], sign_in: Callable[[], Answer], scan: Scan
) -> None:
    view = shown("pick")
    sign_in()
    first = scan("PBNEXT").next[0]
    assert scan("B-07-4").message == "wrong_bin"
    said = view.next.said()  # type: ignore[attr-defined]
    assert first in said
    assert said.startswith("Wrong bin B-07-4")


def test_nothing_moves_between_two_scans(
    shown: Callable[..., object], sign_in: Callable[[], Answer], scan: Scan
) -> None:
    view = shown("pick")
    sign_in()
    answer = scan("PBNEXT")
    pieces = (view.header, view.next, view.item, view.totes, view.walk, view.tiles)  # type: ignore[attr-defined]
    places = [piece.geometry() for piece in pieces]
    for _ in range(8):
        answer = scan(answer.next[0])
        assert [piece.geometry() for piece in pieces] == places


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_every_act_is_named_and_enter_presses_none(
    shown: Callable[..., object], context: Context, sign_in: Callable[[], Answer], scan: Scan, key: Qt.Key
) -> None:
    view = shown("pick")
    sign_in()
    scan("PBNEXT")
    before = context.recent.heard
    acts = view.findChildren(ActButton)  # type: ignore[attr-defined]
    assert len(acts) == 4
    for act in acts:
        assert "PB" in act.accessibleName()
        act.setFocus()
        QTest.keyClick(act, key)
    assert context.recent.heard == before
    QTest.mouseClick(view.undo, Qt.MouseButton.LeftButton)  # type: ignore[attr-defined]
    assert context.recent.heard == before + 1
