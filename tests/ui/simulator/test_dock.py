"""The simulator: what it offers moves the job on, what is wrong is wrong, and its trouble is real."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from pytestqt.qtbot import QtBot

from app.bench.simulated import Simulated
from app.station.answer import Answer
from app.station.station import Station
from ui.context import Context
from ui.simulator.codes import helpful, packet_of, strange
from ui.simulator.dock import Dock
from ui.simulator.tiles import CodeTile, TroubleButton
from ui.workplace import Workplace

Scan = Callable[[str], Answer]
SHIPMENT = "DE-1003-1"


def offered(dock: Dock, answer: Answer | None, context: Context) -> list[str]:
    signed_in = context.station.operator is not None
    return [one.code for one in helpful(answer, dock.presenter.around, signed_in, context.words)]


def test_the_first_code_offered_alone_takes_work_from_the_badge_to_the_label(
    dock: Dock, context: Context, scan: Scan
) -> None:
    answer: Answer | None = None
    seen = []
    for _ in range(400):
        code = offered(dock, answer, context)[0]
        answer = scan(code)
        assert answer.outcome in ("ok", "done"), (code, answer)
        seen.append(answer.state)
        if answer.state == "awaiting_label":
            break
    assert {"awaiting_bin", "awaiting_tote", "awaiting_carton", "awaiting_label"} <= set(seen)


@pytest.mark.parametrize("until", ["awaiting_bin", "awaiting_item", "awaiting_label"])
def test_what_is_wrong_on_purpose_never_counts(
    dock: Dock, context: Context, scan: Scan, sign_in: Scan, until: str
) -> None:
    sign_in("PBCHIEF")
    answer = scan(SHIPMENT)
    while answer.state != until:
        answer = scan(answer.next[0] if answer.next else SHIPMENT)
        if answer.state == "finished":
            answer = scan(SHIPMENT)
    wrong = strange(answer, dock.presenter.around, context.words)
    assert len(wrong) == 3
    for one in wrong:
        said = scan(one.code)
        assert said.outcome in ("warn", "stop"), (one, said)
        assert said.done == answer.done
        while said.state == "stopped":
            said = scan("PBOK")


def test_every_code_offered_is_called_by_a_name_of_its_own(
    dock: Dock, context: Context, scan: Scan, sign_in: Scan
) -> None:
    unnamed = context.words("screens_demo.code")
    sign_in("PBCHIEF")
    answer = scan(SHIPMENT)
    for _ in range(60):
        names = [one.name for one in helpful(answer, dock.presenter.around, True, context.words)]
        assert len(set(names)) == len(names)
        assert unnamed not in names, (answer.state, answer.next)
        assert not any(name.startswith("screens_demo") for name in names)
        if answer.state == "awaiting_label":
            break
        answer = scan(SHIPMENT if answer.state == "finished" else answer.next[0])
    assert packet_of(answer) is not None


def test_a_click_on_a_code_scans_it(dock: Dock, workplace: Workplace, qtbot: QtBot) -> None:
    tile = next(one for one in dock.findChildren(CodeTile) if one.isVisible())
    with qtbot.waitSignal(workplace.answered) as shown:
        qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    assert shown.args[0].message == "signed_in"


def test_a_pulled_plug_keeps_the_label_back_until_it_is_in_again(
    dock: Dock, simulated: Simulated, station: Station, packed: Callable[[str], None], qtbot: QtBot
) -> None:
    dock.presenter.pull_plug()
    packed(SHIPMENT)
    qtbot.waitUntil(lambda: [p.trouble for p in station.status().printers if p.waiting] == ["refused"])
    assert dock.presenter.out == 0
    dock.presenter.pull_plug()
    qtbot.waitUntil(lambda: len(dock.presenter.labels) == 1)
    assert dock.presenter.out == 1


def test_a_full_buffer_keeps_the_label_in_the_printer_and_says_so(
    dock: Dock, station: Station, packed: Callable[[str], None], qtbot: QtBot
) -> None:
    dock.presenter.fill_buffer()
    packed(SHIPMENT)
    qtbot.waitUntil(lambda: "buffer_full" in [p.says for p in station.status().printers])
    assert dock.presenter.out == 0
    dock.presenter.fill_buffer()
    qtbot.waitUntil(lambda: len(dock.presenter.labels) == 1)


def test_with_the_line_cut_claimed_work_goes_on_and_is_sent_when_it_is_mended(
    dock: Dock, station: Station, scan: Scan, sign_in: Scan, qtbot: QtBot
) -> None:
    sign_in("PBCHIEF")
    answer = scan(SHIPMENT)
    dock.presenter.cut_line()
    while answer.state != "finished":
        answer = scan(answer.next[0])
        assert answer.outcome in ("ok", "done")
    qtbot.waitUntil(lambda: station.status().sync.trouble == "away")
    assert station.status().sync.waiting > 0
    dock.presenter.cut_line()
    assert station.settle(30)
    assert station.status().sync.waiting == 0


def test_everything_in_the_dock_has_a_name_and_a_key(dock: Dock) -> None:
    keys = set()
    for control in [*dock.findChildren(CodeTile), *dock.findChildren(TroubleButton)]:
        (shortcut,) = control.findChildren(QShortcut)
        keys.add(shortcut.key().toString(QKeySequence.SequenceFormat.PortableText))
        assert control.accessibleName()
    assert len(keys) == 9
