"""A bench whose printer and line are the demo's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.bench.simulated import Simulated, simulated_devices
from app.db import Database
from app.station.station import Station
from tests.ui.conftest import SETTINGS, STATION
from ui.context import Context
from ui.simulator.dock import Dock, build
from ui.workplace import Workplace


@pytest.fixture
def simulated(shared: Database) -> Iterator[Simulated]:
    with simulated_devices(shared) as made:
        yield made


@pytest.fixture
def station(shared: Database, simulated: Simulated, tmp_path: Path) -> Iterator[Station]:
    folder = tmp_path / "bench"
    printer = simulated.printer.url
    with closing(Station.open(folder, shared, STATION, settings=SETTINGS, printer=printer)) as opened:
        yield opened


@pytest.fixture
def dock(context: Context, simulated: Simulated, workplace: Workplace, qtbot: QtBot) -> Iterator[Dock]:
    """Shown, hearing answers, and knowing what is around."""
    context.simulated = simulated
    host = QWidget()
    qtbot.addWidget(host)
    made = build(context)
    made.setParent(host)
    workplace.answered.connect(made.presenter.answered)
    host.resize(372, 668)
    made.resize(host.size())
    host.show()
    qtbot.waitUntil(lambda: made.presenter.around.articles != ())
    yield made
    workplace.answered.disconnect(made.presenter.answered)


@pytest.fixture
def packed(scan: Callable[[str], object], sign_in: Callable[[str], object]) -> Callable[[str], None]:
    """Takes a shipment from its opening to its first label, by what the bench would like best."""

    def pack(shipment: str) -> None:
        sign_in("PBCHIEF")
        for _ in range(2):
            answer = scan(shipment)
            while answer.state not in ("idle", "finished", "awaiting_label"):  # type: ignore[attr-defined]
                answer = scan(answer.next[0])  # type: ignore[attr-defined]
        assert answer.state == "awaiting_label"  # type: ignore[attr-defined]

    return pack
