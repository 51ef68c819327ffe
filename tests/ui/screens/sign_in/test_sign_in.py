"""Sign in: what is ready, whose job waits, and that a refused badge says so."""

from __future__ import annotations

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from app.station.answer import Answer
from ui.context import Context
from ui.screens.sign_in.presenter import Presenter, SignInShown


class Seen:
    def __init__(self) -> None:
        self.last: SignInShown | None = None

    def show_(self, shown: SignInShown) -> None:
        self.last = shown


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
