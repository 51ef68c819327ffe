"""How the bench stands, in words: each trouble in its own cell, with the next act."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.base.wording import languages
from app.station.printing.spool import PrinterState
from app.station.station import Status
from app.station.sync.sync import SyncState
from ui import readiness
from ui.context import Words
from ui.look import theme
from ui.readiness import Device
from ui.shell.statusbar import StatusBar
from ui.widgets.initials import initials

BERLIN, EN = ZoneInfo("Europe/Berlin"), Words("en")
NINE = datetime(2026, 11, 18, 9, 42, tzinfo=UTC)


def status(*, trouble: str = "", waiting: int = 0, since: str = "", printer: str = "", prints: int = 0) -> Status:
    printers = (PrinterState("tcp://printer:9100", printer, prints),)
    return Status("S1", None, 0, 0, SyncState(waiting, since, NINE, trouble), printers, ())


def test_sync_says_in_step_sending_or_since_when_it_is_offline() -> None:
    assert readiness.sync(SyncState(0, "", NINE, ""), EN, BERLIN).text == "In step 0 waiting"
    assert readiness.sync(SyncState(12, "", NINE, ""), EN, BERLIN).text == "Sending 12 waiting"
    away = readiness.sync(SyncState(37, "2026-11-18T09:42:00.000Z", NINE, "away"), EN, BERLIN)
    assert (away.text, away.severity) == ("Offline since 10:42 · 37 events waiting", "warn")
    assert readiness.sync(SyncState(0, "", NINE, "away"), EN, BERLIN).text == "Offline since 10:42 · 0 events waiting"
    assert readiness.sync(SyncState(0, "", None, "away"), EN, BERLIN).word == "Offline"


@pytest.mark.parametrize("trouble", ["newer_form", "journal_restored", "broken"])
def test_what_only_a_person_can_mend_is_a_stop_and_names_whom_to_call(trouble: str) -> None:
    shown = readiness.sync(SyncState(3, "2026-11-18T09:42:00.000Z", NINE, trouble), EN, BERLIN)
    assert shown.severity == "stop"
    assert "supervisor" in shown.value


def test_a_database_file_that_is_gone_is_said_although_nothing_else_is_wrong() -> None:
    shown = readiness.devices(status(), EN, BERLIN, (1, 1), file_gone=True)[0]
    assert (shown.severity, shown.word) == ("stop", "The database file is gone")


def test_a_printer_in_trouble_says_why_how_much_waits_and_where_to_go() -> None:
    shown = readiness.printer(status(printer="unplugged", prints=2), EN)
    assert (shown.severity, shown.screen) == ("warn", "print_queue")
    assert shown.value == "is unplugged, 2 waiting · Ctrl+3"
    assert readiness.printer(status(), EN).severity == "ok"


def test_a_printer_that_answers_it_is_not_well_is_never_called_ready() -> None:
    said = replace(status(), printers=(PrinterState("tcp://printer:9100", says="unplugged"),))
    assert readiness.printer(said, EN).severity == "warn"


def test_a_scanner_that_is_gone_says_what_to_do_instead() -> None:
    assert readiness.scanner(4, 3, EN).value == "4 heard · 3 kept"
    assert "F4" in readiness.scanner(4, 3, EN, "gone").value


@pytest.mark.parametrize("language", languages())
def test_a_keyboard_that_another_program_has_is_said_before_a_scan_is_lost(language: str) -> None:
    shown = readiness.scanner(4, 4, Words(language), readiness.ELSEWHERE)
    assert (shown.severity, shown.screen) == ("warn", "")
    assert shown.word != readiness.scanner(4, 4, Words(language)).word


def test_no_scale_is_said_plainly() -> None:
    assert readiness.scale(EN).text == "Scale none"


def test_a_zone_that_this_machine_does_not_know_is_utc() -> None:
    assert readiness.zone_of("Mars/Olympus").key == "UTC"


def test_initials_are_of_the_first_and_last_name() -> None:
    assert [initials(name) for name in ("Amina Diallo", "田中 結衣", "Ana de la Cruz", "Bo", "")] == [
        "AD", "田結", "AC", "B", "",
    ]  # fmt: skip


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("width", [1024, 1366, 1920])
def test_no_cell_of_the_status_bar_moves_or_is_cut(qapp: QApplication, qtbot: QtBot, width: int, language: str) -> None:
    """Whatever the devices say, each cell keeps its rectangle; the usual troubles fit whole."""
    words = Words(language)
    theme.fit(width)
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.resize(width, bar.sizeHint().height())
    help_ = ("F1", words("shell.help.word"), "PBHELP")
    well = readiness.devices(status(), words, BERLIN, (41, 41))
    bar.show_(well, help_)
    places = bar._cells(theme.look())
    assert bar.cut() == ()
    ill: tuple[Device, ...] = readiness.devices(
        status(trouble="away", waiting=37, since="2026-11-18T09:42:00.000Z", printer="unplugged", prints=2),
        words, BERLIN, (41, 41), scanner_state="gone",
    )  # fmt: skip
    bar.show_(ill, help_)
    assert bar._cells(theme.look()) == places
    assert bar.cut() == ()
    bar.show_(readiness.devices(status(), words, BERLIN, (41, 41), scanner_state=readiness.ELSEWHERE), help_)
    assert bar.cut() == ()
    theme.fit(1366)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(
    "trouble",
    ["journal_copied", "journal_restored", "journal_unknown", "journal_gap", "newer_form", "schema_newer",
     "schema_older", "not_initialised", "not_found"],
)  # fmt: skip
def test_each_trouble_of_the_way_up_has_its_own_words_and_says_what_to_do(trouble: str, language: str) -> None:
    words = Words(language)
    shown = readiness.sync(SyncState(3, "", NINE, trouble), words, BERLIN)
    assert shown.word not in ("", words("shell.sync.stopped"))
    assert words.if_any(f"station.why.{trouble}")


def test_offline_counts_from_when_the_database_was_last_heard_not_from_the_first_scan_after() -> None:
    later = SyncState(1, "2026-11-18T10:30:00.000Z", NINE, "away")
    assert readiness.sync(later, EN, BERLIN).word == "Offline since 10:42"
