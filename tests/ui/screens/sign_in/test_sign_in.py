"""Sign in: what is ready, whose job waits, and that a refused badge says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.site import store as site
from app.site.pin import Bearer
from app.site.roles import SYSTEM
from app.site.set_pin import set_pin
from app.station.answer import Answer
from app.station.person import UNSEEN
from ui.context import Context
from ui.look import theme
from ui.screens.sign_in.pin_pad import PinPad
from ui.screens.sign_in.presenter import Presenter, SignInShown
from ui.screens.sign_in.view import SignInView
from ui.workplace import Workplace


class Seen:
    def __init__(self) -> None:
        self.last: SignInShown | None = None
        self.asked = 0

    def show_(self, shown: SignInShown) -> None:
        self.last = shown

    def ask_pin(self) -> None:
        self.asked += 1


def entered(context: Context, qtbot: QtBot) -> tuple[Presenter, Seen]:
    view = Seen()
    presenter = Presenter(context, view)
    presenter.entered()
    qtbot.waitUntil(lambda: view.last is not None and bool(view.last.devices))
    return presenter, view


def test_devices_are_looked_at_before_anybody_starts(context: Context, qtbot: QtBot) -> None:
    _, view = entered(context, qtbot)
    assert view.last is not None
    assert [device.name for device in view.last.devices] == ["sync", "scanner", "printer", "scale"]
    assert (view.last.ready, view.last.well) == ("3 of 3", True)  # no scale is no trouble
    assert view.last.kept == ("", "")


def test_a_bench_that_hears_no_scanner_is_not_ready(context: Context, qtbot: QtBot) -> None:
    context.scanner_state = lambda: "gone"
    _, view = entered(context, qtbot)
    assert view.last is not None
    assert (view.last.ready, view.last.well) == ("2 of 3", False)


def test_a_badge_nobody_has_is_said_on_the_block_until_the_next_scan(
    context: Context, qtbot: QtBot, scan: Callable[[str], Answer]
) -> None:
    presenter, view = entered(context, qtbot)
    presenter.answered(scan("PBNOBODY"))
    assert view.last is not None
    assert "PBNOBODY" in view.last.warn
    presenter.heard("PBPICKER")
    presenter.look()
    qtbot.waitUntil(lambda: view.last is not None and not view.last.warn)


def test_whose_job_waits_is_said_with_how_far_it_is(
    context: Context, qtbot: QtBot, scan: Callable[[str], Answer], sign_in: Callable[..., Answer]
) -> None:
    sign_in("PBPICKER")
    answer = scan("DE-1001-1")
    while answer.done == 0:
        answer = scan(answer.next[0])
    context.station.sign_out().result()
    _, view = entered(context, qtbot)
    assert view.last is not None
    title, detail = view.last.kept
    assert title == "Pia Packer’s job is kept here"
    assert detail.startswith(f"DE-1001-1 · {answer.done} of {answer.of} picked · paused ")


def test_a_badge_is_shown_to_be_scanned_in_the_demo_only(context: Context, qtbot: QtBot) -> None:
    _, view = entered(context, qtbot)
    assert view.last is not None
    assert view.last.code == ""
    context.demo = True
    _, view = entered(context, qtbot)
    assert view.last is not None
    assert view.last.code == "PBPICKER"


PIN = "902140"


@pytest.fixture
def guarded(context: Context) -> Context:
    """Everybody's badge wants a PIN."""
    station = context.station
    with context.database.write() as tx:
        for badge in ("PBPICKER", "PBCHIEF"):
            set_pin(tx, badge, PIN, operator=SYSTEM, now=context.clock.now())
    station._cache.keep_bearers(read_bearers(context))
    return context


def read_bearers(context: Context) -> list[Bearer]:
    with context.database.read() as tx:
        return site.bearers(tx)


def test_the_pad_takes_the_keyboard_shows_no_digit_and_sends_with_enter_or_ok(
    guarded: Context,
    qtbot: QtBot,
    shown: Callable[..., SignInView],
    scan: Callable[[str], Answer],
    workplace: Workplace,
) -> None:
    view = shown("sign_in")
    assert scan("PBPICKER").state == "awaiting_pin"
    pad = view._block.pad
    assert pad.isVisible()
    assert view.focusWidget() is pad.field
    assert "Type your PIN" in view._block.said()
    assert "Pia Packer" in view._block.said()
    QTest.keyClicks(pad.field, "9x0 2141")
    assert (pad.field.displayText(), len(pad.field.text())) == ("●" * 6, 6)
    with qtbot.waitSignal(workplace.answered) as came:
        QTest.keyClick(pad.field, Qt.Key.Key_Return)
    assert came.args[0].message == "wrong_pin"
    assert pad.field.text() == ""
    assert "not the PIN" in view._block.said()
    for digit in PIN:
        press(pad, digit)
    press(pad, "3")
    press(pad, "Last digit away")
    with qtbot.waitSignal(workplace.answered) as came:
        press(pad, "OK, Enter")
    assert came.args[0].message == "signed_in"
    assert workplace.operator is not None
    assert [one.code for one in workplace.recent] == [UNSEEN, UNSEEN, "PBPICKER"]
    assert not pad.isVisible()


def press(pad: PinPad, name: str) -> None:
    QTest.mouseClick(next(key for key in pad._keys if key.accessibleName() == name), Qt.MouseButton.LeftButton)


def test_every_key_of_the_pad_is_large_enough_for_gloves_and_has_a_name_of_its_own(
    guarded: Context, qtbot: QtBot, shown: Callable[..., SignInView], scan: Callable[[str], Answer]
) -> None:
    theme.fit(1024)
    view = shown("sign_in", size=(1024, 512))
    scan("PBPICKER")
    pad = view._block.pad
    sizes = [(key.width(), key.height()) for key in pad._keys]
    theme.fit(1366)
    assert min(min(size) for size in sizes) >= 64
    assert len({key.accessibleName() for key in pad._keys}) == 12
    assert pad.field.accessibleName() == "PIN"


def test_digits_choose_no_language_while_a_pin_is_typed(
    guarded: Context, qtbot: QtBot, shown: Callable[..., SignInView], scan: Callable[[str], Answer]
) -> None:
    view = shown("sign_in")
    assert any(shortcut.isEnabled() for shortcut in view._language._shortcuts)
    scan("PBPICKER")
    assert not any(shortcut.isEnabled() for shortcut in view._language._shortcuts)
    scan("PBOK")
    assert all(shortcut.isEnabled() for shortcut in view._language._shortcuts)


def test_a_supervisors_pin_is_asked_for_on_the_same_pad_and_says_what_it_is_for(
    guarded: Context, workplace: Workplace
) -> None:
    seen = Seen()
    presenter = Presenter(guarded, seen)
    presenter.entered()
    station = guarded.station
    station.sign_in("PBPICKER")
    station.scan(PIN)
    presenter.answered(station.scan("PBCHIEF"))
    assert seen.last is not None
    assert (seen.last.greeting, seen.last.pin, seen.asked) == ("Carla Chief allows it", True, 1)


def test_a_bench_nobody_touches_shows_that_it_is_locked_by_itself_and_keeps_the_job(
    context: Context, qtbot: QtBot, workplace: Workplace, scan: Callable[[str], Answer], sign_in: Callable[..., Answer]
) -> None:
    sign_in("PBPICKER")
    answer = scan("DE-1001-1")
    while answer.done == 0:
        answer = scan(answer.next[0])
    with qtbot.waitSignal(workplace.answered) as came:
        context.station._desk.people.lock_after_s = 0.001
        workplace._watch()
    assert came.args[0].message == "locked_now"
    assert (workplace.operator, workplace.screen()) == (None, "sign_in")
    presenter, view = entered(context, qtbot)
    assert view.last is not None
    assert view.last.greeting == "Locked"
    assert view.last.kept[0] == "Pia Packer’s job is kept here"
    presenter.left()
    context.station._desk.people.lock_after_s = 900.0
    assert scan("PBCHIEF").message == "signed_in"
    assert workplace.screen() == answer.workflow
