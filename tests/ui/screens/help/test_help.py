"""Help: words for every step a bench can stand at, and only commands that mean something there."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from app.base.wording import known, languages
from app.floor import bench
from app.floor.work import Command
from app.station.answer import Answer
from ui.screens.help.presenter import commands_of, step_of

LETTERS = re.compile(r"[ERTUIOPSDFGHJKLXCVBN]+")


def at(workflow: str, state: str) -> Answer:
    return Answer(1, "X", "ok", "", "", "ok", workflow=workflow, state=state)


def places() -> list[tuple[str, str]]:
    found = [(kind.__module__.rpartition(".")[2], name) for kind, name in bench.NAMES.items()]
    return [*found, *(("dispatch", name) for name in ("awaiting_handover", "loading", "closing", "stopped"))]


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(("workflow", "state"), places())
def test_every_step_has_its_words(workflow: str, state: str, language: str) -> None:
    step = step_of(at(workflow, state), signed_in=True)
    assert known(f"shell.help.step.{step}", language), step
    assert known(f"shell.help.then.{step}", language), step


@pytest.mark.parametrize(("workflow", "state"), places())
def test_what_is_shown_are_commands_of_the_bench_each_once(workflow: str, state: str) -> None:
    shown = commands_of(at(workflow, state), signed_in=True)
    assert shown
    assert len(set(shown)) == len(shown)
    assert set(shown) <= set(get_args(Command))
    assert len(shown) <= 12  # four rows of three are all a small window shows
    assert all(LETTERS.fullmatch(f"PB{name.upper()}") for name in shown)


def test_a_stop_offers_nothing_but_to_acknowledge_it() -> None:
    assert commands_of(at("pack", "stopped"), signed_in=True) == ("ok",)


def test_without_a_person_the_badge_is_asked_for() -> None:
    assert step_of(at("pack", "awaiting_item"), signed_in=False) == "sign_in"
