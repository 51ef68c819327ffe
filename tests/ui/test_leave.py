"""Where a badge would let be done what was refused, the badge is the next thing on every screen."""

from __future__ import annotations

import pytest

from app.base.wording import languages, word
from app.station.answer import Answer
from app.station.person import REASONS
from app.station.speech import APPROVED_BY
from ui.context import Words
from ui.leave import leave
from ui.packing.next_thing import badge_next


def refused(approval: str, language: str) -> Answer:
    text = f"No news for 300 min. {word(f'station.approve.{approval}', language)}"
    return Answer(1, "PBCLOSE", "warn", "news_too_old", text, "warn", approval=approval)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("approval", sorted(set(APPROVED_BY.values())))
def test_the_badge_is_the_next_thing_and_the_refusal_stands_below_it(approval: str, language: str) -> None:
    words = Words(language)
    shown = badge_next(refused(approval, language), words)
    assert shown is not None
    assert shown.warn == "No news for 300 min."
    for text in (shown.verb, shown.title, shown.subtitle):
        assert text
        assert not text.startswith("shell.leave")


def test_without_leave_to_be_had_nothing_is_asked() -> None:
    words = Words("en")
    assert leave(None, words) is None
    assert badge_next(Answer(1, "X", "warn", "wrong_bin", "no", "warn"), words) is None


def test_on_the_work_list_a_badge_is_asked_for_under_the_refusal_and_reasons_can_be_read() -> None:
    words = Words("en")
    takeover, force = (leave(refused(act, "en"), words) for act in ("floor.takeover", "floor.force"))
    assert takeover is not None
    assert force is not None
    assert takeover.whole == "Scan a supervisor’s badge"
    assert all(n in force.detail for n in REASONS)
