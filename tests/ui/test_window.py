"""The window: which screen stands in front, and what it outlives."""

from __future__ import annotations

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from app.site.roles import Operator
from app.station.answer import Answer
from ui.context import Context
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
