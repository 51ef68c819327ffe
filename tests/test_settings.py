"""Settings: each says what it takes, and anything else is a plain message that names it."""

from __future__ import annotations

import math
from dataclasses import fields

import pytest

from app.base.errors import Broken
from app.settings import Settings, language, load
from tests.command import run
from tests.demo_shop import Shop, demo, demo_template

__all__ = ["demo", "demo_template"]

NUMBERS = tuple(one for one in fields(Settings) if isinstance(one.default, int | float))


def test_every_number_says_what_it_takes_and_its_standard_is_among_that() -> None:
    for one in NUMBERS:
        assert math.isfinite(one.metadata["greatest"])
        assert 0 <= one.metadata["least"] <= one.default <= one.metadata["greatest"], one.name


@pytest.mark.parametrize("name", [one.name for one in NUMBERS])
@pytest.mark.parametrize("said", ["inf", "-inf", "nan", "-1", "1e99", "", "soon"])
def test_no_number_out_of_its_bounds_is_taken(monkeypatch: pytest.MonkeyPatch, name: str, said: str) -> None:
    monkeypatch.setenv(f"PACKBENCH_{name.upper()}", said)
    with pytest.raises(Broken) as refused:
        load()
    bounds = Settings.__dataclass_fields__[name].metadata
    assert refused.value.values == {"setting": f"PACKBENCH_{name.upper()}", "got": repr(said), **bounds}


@pytest.mark.parametrize("name", [one.name for one in NUMBERS])
def test_both_bounds_are_taken_and_nothing_beyond(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    bounds = Settings.__dataclass_fields__[name].metadata
    for said in (bounds["least"], bounds["greatest"]):
        monkeypatch.setenv(f"PACKBENCH_{name.upper()}", str(said))
        assert getattr(load(), name) == said
    for beyond in (bounds["least"] - 1, bounds["greatest"] + 1):
        monkeypatch.setenv(f"PACKBENCH_{name.upper()}", str(beyond))
        with pytest.raises(Broken):
            load()


def test_a_count_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACKBENCH_CLAIM_AHEAD", "1.5")
    with pytest.raises(Broken, match="CLAIM_AHEAD") as refused:
        load()
    assert refused.value.kind == "setting_whole"


def test_a_language_nobody_speaks_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACKBENCH_LANGUAGE", "xx")
    with pytest.raises(Broken) as refused:
        load()
    assert (refused.value.kind, refused.value.values["known"]) == ("setting_one_of", "en, de")
    assert language() == "en"
    monkeypatch.setenv("PACKBENCH_LANGUAGE", "de")
    assert (load().language, language()) == ("de", "de")


def test_the_command_line_says_it_in_words_and_does_nothing(demo: Shop) -> None:
    env = {**demo.env, "PACKBENCH_QUESTION_TIMEOUT_S": "inf"}
    for words in (["list", "orders"], ["list", "orders", "--json"]):
        code, told, errors = run(env, *words)
        assert (code, told) == (2, "")
        assert errors == "PACKBENCH_QUESTION_TIMEOUT_S: got 'inf', expected a number from 0.1 to 600.\n"
