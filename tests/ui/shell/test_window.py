"""The window: which screen stands in front, and what it outlives."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.base.clock import FixedClock
from app.base.errors import DatabaseAway
from app.cli.context import Context as Command
from app.cli.output import Output
from app.settings import Settings
from app.site import store as site
from app.site.roles import SYSTEM, Operator
from app.site.set_pin import set_pin
from app.station.answer import Answer
from app.station.person import UNSEEN
from app.station.profile import FILE as PROFILE
from tests.demo_shop import Shop
from ui.context import Context
from ui.hands import Hands, at_a_window
from ui.navigation import SCREENS
from ui.widgets.act_button import ActButton
from ui.workplace import Workplace, screen_of

PIA = Operator("PBPICKER", "Pia Packer", "packer")


def said(workflow: str, state: str) -> Answer:
    return Answer(1, "X", "ok", "item_packed", "", "ok", workflow=workflow, state=state)


def test_the_screen_follows_from_the_answer_and_from_who_is_there() -> None:
    assert screen_of(said("pack", "awaiting_item"), None) == "sign_in"
    assert screen_of(None, PIA) == "work_list"
    assert screen_of(said("idle", "idle"), PIA) == "work_list"
    assert screen_of(said("pick", "awaiting_bin"), PIA) == "pick"
    assert screen_of(said("pack", "awaiting_item"), PIA) == "pack"
    assert screen_of(said("pack", "awaiting_label"), PIA) == "label"
    assert screen_of(said("pack", "finished"), PIA) == "work_list"
    assert screen_of(said("dispatch", "loading"), PIA) == "dispatch"


def test_every_scan_is_heard_at_once_and_counted_as_kept_when_it_is(
    context: Context, workplace: Workplace, scan: Callable[[str], Answer]
) -> None:
    scan("PBPICKER")
    answer = scan("DE-1001-1")
    assert (context.recent.heard, context.recent.kept) == (2, 2)
    assert next(one.answer for one in context.recent) == answer
    assert workplace.operator is not None
    assert workplace.screen() == "pick"


def test_a_job_stays_when_its_packer_signs_out_and_goes_on_with_the_next_badge(
    workplace: Workplace, scan: Callable[[str], Answer], sign_in: Callable[..., Answer], qtbot: QtBot
) -> None:
    sign_in("PBPICKER")
    opened = scan("DE-1001-1")
    with qtbot.waitSignal(workplace.answered):
        workplace.sign_out()
    assert workplace.screen() == "sign_in"
    again = sign_in("PBFLINK")
    assert (again.workflow, again.job) == (opened.workflow, opened.job)
    assert workplace.screen() == "pick"


# With the whole window -------------------------------------------------------------------------------------------

JOB = "DE-1011-1"
PEN = "4006381333931"  # no shop of the demo sells it


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 18, 8, 30, tzinfo=UTC))


@pytest.fixture
def hands(qapp: QApplication, demo: Shop, clock: FixedClock) -> Iterator[Hands]:
    settings = Settings(home=str(demo.home), confirm_after_s=0.0, question_timeout_s=30.0, number_block=50)
    with at_a_window(Command(settings, Output(as_json=True), clock=clock), "S1") as opened:
        yield opened


def packing(hands: Hands) -> Answer:
    hands.scan("PBPICKER")
    hands.follow(hands.scan(JOB))
    answer = hands.scan(JOB)
    assert answer.workflow == "pack"
    return answer


def device(hands: Hands, name: str) -> str:
    """How the bar says that it is; empty until the bar has looked."""
    return next((one.severity for one in hands.shell.window.bars.devices if one.name == name), "")


def here(hands: Hands) -> str:
    place = hands.shell.window.place
    return place.name if place else ""


def test_a_stop_lies_over_everything_between_the_bars_until_it_is_acknowledged(hands: Hands) -> None:
    packing(hands)
    window = hands.shell.window
    assert hands.scan(PEN).state == "stopped"
    stop = window.view(next(one for one in SCREENS if one.name == "stop"))
    assert stop.isVisible()
    assert stop.geometry().top() == window.top.geometry().bottom() + 1
    assert stop.geometry().bottom() == window.foot.geometry().top() - 1
    assert window.dock is not None
    assert stop.width() == window.width() - window.dock.width() * window.dock.isVisible()
    for key in ("Ctrl+9", "F10"):  # no way around it
        window.pressed(key)
        assert stop.isVisible()
        assert here(hands) == "pack"
    window.pressed("F12")
    hands.until(lambda: not stop.isVisible(), "the stop goes")


def test_scans_count_while_a_desk_screen_or_the_help_is_open_and_bring_the_bench_back(hands: Hands) -> None:
    answer = packing(hands)
    for screen in ("settings", "help"):
        hands.shell.window.go(screen)
        assert here(hands) == screen
        answer = hands.scan(answer.next[0])
        assert answer.outcome in {"ok", "done"}
        assert here(hands) == hands.shell.workplace.screen()


def test_enter_and_space_press_nothing_on_a_bench_screen(hands: Hands, qtbot: QtBot) -> None:
    packing(hands)
    window, before = hands.shell.window, hands.shell.context.recent.heard
    controls = [one for one in window.stack.currentWidget().findChildren(QWidget) if one.focusPolicy()]
    for control in (*controls, window):
        control.setFocus()
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            QTest.keyClick(window.windowHandle(), key)
    hands.rest(300)
    assert hands.shell.context.recent.heard == before
    assert here(hands) == "pack"


def test_another_badge_takes_the_job_over_in_its_own_language(hands: Hands) -> None:
    answer = packing(hands)
    switched = hands.scan("PBFLINK")
    assert (switched.job, switched.state) == (answer.job, answer.state)
    assert hands.shell.context.words.language == "de"
    assert here(hands) == "pack"
    assert "Packen" in hands.shell.window.windowTitle()
    hands.until(lambda: "stop" in hands.shell.window._views, "built again, before a scan needs it")
    hands.shell.window.pressed("F9")
    hands.until(
        lambda: (here(hands), hands.shell.context.words.language) == ("sign_in", "en"), "the sign-in, in English"
    )


def test_the_bench_goes_on_when_the_database_file_is_taken_away_and_says_so(hands: Hands, demo: Shop) -> None:
    answer = packing(hands)
    for file in demo.home.glob("packbench.db*"):
        file.unlink()
    answer = hands.scan(answer.next[0])
    assert answer.outcome in {"ok", "done"}
    hands.until(lambda: device(hands, "sync") == "stop", "the bar says so")
    hands.shell.window.go("cases")
    assert hands.scan(answer.next[0]).outcome in {"ok", "done"}
    assert here(hands) == hands.shell.workplace.screen()
    assert hands.scan(answer.next[0]).outcome in {"ok", "done"}


def test_a_clock_that_jumps_loses_no_scan_and_no_screen(hands: Hands, clock: FixedClock) -> None:
    answer = packing(hands)
    for at in (clock.at - timedelta(days=400), clock.at + timedelta(days=4000)):
        clock.at = at
        hands.shell.window.bars.look()
        answer = hands.scan(answer.next[0])
        assert answer.outcome in {"ok", "done"}
    assert hands.shell.context.recent.heard == hands.shell.context.recent.kept


def test_minimised_and_made_small_the_window_takes_scans(hands: Hands) -> None:
    answer = packing(hands)
    window = hands.shell.window
    window.showMinimized()
    assert hands.scan(answer.next[0]).outcome in {"ok", "done"}
    window.showNormal()
    window.resize(800, 400)
    assert (window.width(), window.height()) == (1024, 600)
    assert window.foot.geometry().bottom() == window.height() - 1


def test_while_another_window_has_the_keyboard_the_bench_says_that_it_hears_no_scanner(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands.until(lambda: device(hands, "scanner") == "ok", "the keyboard")
    monkeypatch.setattr(QGuiApplication, "focusWindow", _never_there)
    hands.until(lambda: device(hands, "scanner") == "warn", "the warning")
    monkeypatch.undo()
    hands.until(lambda: device(hands, "scanner") == "ok", "the keyboard again")


def test_what_a_badge_does_not_open_is_said(hands: Hands) -> None:
    hands.scan("PBPICKER")
    hands.shell.window.go("long_work")
    assert here(hands) == "work_list"
    assert "supervisors" in hands.shell.window.notice.accessibleName()
    hands.shell.window.pressed("Esc")
    assert hands.shell.window.notice.isHidden()


@pytest.mark.parametrize("where", ["pick", "pack", "label"])
def test_in_mid_job_a_scan_that_the_bench_could_not_take_is_said_in_whole_words(
    hands: Hands, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands.scan("PBPICKER")
    answer = hands.scan(JOB)
    if where != "pick":
        hands.follow(answer)
        answer = hands.scan(JOB)
    if where == "label":
        answer = hands.follow(answer, until="awaiting_label")
    assert here(hands) == where
    monkeypatch.setattr("app.station.desk.normalise", _bug_in)
    refused = hands.scan(answer.next[0])
    assert (refused.outcome, refused.message, here(hands)) == ("stop", "bench_fault", where)
    shown = hands.shell.window.stack.currentWidget()
    assert shown is not None
    hands.until(lambda: any(refused.text in one.accessibleName() for one in shown.findChildren(QWidget)), "the words")
    monkeypatch.undo()
    assert hands.scan(answer.next[0]).outcome in {"ok", "done"}


def test_a_scanner_taken_out_of_the_settings_is_not_missed_any_more(hands: Hands) -> None:
    shell = hands.shell
    shell.set_profile(replace(shell.context.profile, scanner="serial:///dev/no-such-port"))
    hands.until(lambda: device(hands, "scanner") == "warn", "it is missed")
    shell.set_profile(replace(shell.context.profile, scanner=""))
    hands.until(lambda: device(hands, "scanner") == "ok", "it is not missed any more")


def test_settings_that_cannot_be_read_are_said_and_the_bench_opens(
    qapp: QApplication, demo: Shop, clock: FixedClock
) -> None:
    settings = Settings(home=str(demo.home), confirm_after_s=0.0)
    own = Command(settings, Output(as_json=True), clock=clock)
    with at_a_window(own, "S1") as opened:
        assert opened.shell.window.notice.isHidden()
        folder = opened.shell.context.folder
    for spoilt in (b"", b'{"theme": 7}', b"\xff\xfe"):
        (folder / PROFILE).write_bytes(spoilt)
        with at_a_window(own, "S1") as opened:
            assert opened.shell.window.notice.isVisible()
            assert opened.scan("PBPICKER").message == "signed_in"


def test_a_typed_code_is_a_scan(hands: Hands) -> None:
    window = hands.shell.window
    window.pressed("F4")
    QTest.keyClicks(window.typed.field, "PBPICKER")
    QTest.keyClick(window.typed.field, Qt.Key.Key_Return)
    hands.until(lambda: hands.shell.workplace.operator is not None, "signed in")
    assert window.typed.isHidden()


def test_after_typing_no_act_of_the_screen_has_the_keyboard(hands: Hands) -> None:
    window = hands.shell.window
    hands.scan("PBPICKER")
    window.pressed("F4")
    window.pressed("Esc")
    hands.rest(100)
    assert window.typed.isHidden()
    assert not isinstance(window.focusWidget(), ActButton)


def test_an_error_with_words_is_a_notice_and_a_bug_is_the_panel(hands: Hands) -> None:
    shell = hands.shell
    shell.runner.run(_away, _never)
    hands.until(shell.window.notice.isVisible, "the notice")
    assert shell.window.panel.isHidden()
    shell.runner.run(_bug, _never)
    hands.until(shell.window.panel.isVisible, "the panel")
    hands.scan("PBPICKER")
    assert shell.workplace.operator is not None  # work goes on behind it
    shell.window.pressed("F12")
    assert shell.window.panel.isHidden()


def _bug_in(_raw: object) -> None:
    raise KeyError("x")


def _never_there() -> None:
    return None


def _away() -> None:
    raise DatabaseAway("no route")


def _bug() -> None:
    raise KeyError("x")


def _never(_value: object) -> None:
    raise AssertionError("told of work that failed")


def test_long_work_shows_how_far_it_is_and_esc_cancels(hands: Hands) -> None:
    strip, stopped = hands.shell.window.work, threading.Event()
    strip.show_("Importing", 3, 10, stopped.set)
    hands.rest(50)
    assert strip.isVisible()
    assert "3 of 10" in strip.accessibleName()
    hands.shell.window.pressed("Esc")
    assert stopped.is_set()
    strip.hide_()
    hands.rest(50)
    assert strip.isHidden()


def test_the_window_comes_back_where_it_was(hands: Hands) -> None:
    window = hands.shell.window
    window.resize(1024, 700)
    window.close()
    window.resize(1100, 600)
    window.place_as_before()
    assert (window.width(), window.height()) == (1024, 700)


def test_a_pin_is_typed_where_nobody_sees_it_and_nowhere_else(hands: Hands) -> None:
    database, station = hands.shell.context.database, hands.shell.context.station
    with database.write() as tx:
        set_pin(tx, "PBCHIEF", "902140", operator=SYSTEM, now=hands.shell.context.clock.now())
    with database.read() as tx:
        station._cache.keep_bearers(site.bearers(tx))
    hands.scan("PBPICKER")
    assert hands.scan("PBCHIEF").state == "awaiting_pin"
    window = hands.shell.window
    assert window.place is not None
    assert window.place.name == "sign_in"
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_F4)
    assert not window.typed.isVisible(), "that line shows what is typed"
    assert hands.scan("902140").message == "signed_in", "a keyboard as quick as a scanner"
    assert next(one.code for one in hands.shell.context.recent) == UNSEEN


def test_a_key_or_a_click_keeps_the_bench_open_where_nothing_is_scanned(hands: Hands) -> None:
    hands.scan("PBCHIEF")
    people = hands.shell.context.station._desk.people
    handle = hands.shell.window.windowHandle()
    touches: list[Callable[[], None]] = [
        lambda: QTest.keyClick(handle, Qt.Key.Key_Shift),
        lambda: QTest.mouseClick(handle, Qt.MouseButton.LeftButton),
    ]
    for touch in touches:
        people._stirred -= 600
        assert (people.locks_in() or 0) <= 300
        touch()
        assert (people.locks_in() or 0) > 600
