"""A bench looks for news when it hears of some that concern it, and now and then though it heard of none."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.base.clock import FixedClock
from app.db.ear import Rumour
from app.orders.forget import FORGOTTEN
from app.station.cache import FILE, Cache, Work
from app.station.sync.rumours import NEWS_S, SPREAD_S, UNHEARD_S, Rumours
from tests.station.test_cache import packet, recipient


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 18, 8, 30, tzinfo=UTC))


@pytest.fixture
def rumours(clock: FixedClock, tmp_path: Path) -> Iterator[Rumours]:
    """Of a bench that holds the claim C with the shipment DE-1-1, and the address of DE-9-1; it has just looked."""
    with closing(Cache(tmp_path / FILE)) as cache:
        cache.keep_work(Work(packet("C")))
        cache.keep_recipients("B", [recipient("DE-9-1", "Ada")])
        made = Rumours(clock, random.Random(1))
        made.holds(cache)
        made.look()
        yield made


@pytest.mark.parametrize(
    "said",
    [
        {"claim": ["A", "C"]},
        {"shipment": ["DE-1-1"], "order": ["DE-1"]},
        {"shipment": {"DE-9-1"}},
        {"shipment": ()},  # too many to be named
        {"operator": ["PBCHIEF"]},
        {FORGOTTEN: ["DE-5-1"]},
    ],
)
def test_it_looks_soon_after_it_hears_of_what_it_holds_or_what_all_want_to_know(
    rumours: Rumours, clock: FixedClock, said: Rumour
) -> None:
    assert rumours.heard(said)
    assert not rumours.are_due()  # not all benches at once, nor twice in a moment
    clock.at += timedelta(seconds=NEWS_S + SPREAD_S)
    assert rumours.are_due()


@pytest.mark.parametrize(
    "said", [None, {}, {"claim": ["A"], "shipment": ["DE-2-1"], "order": ()}, {"presence": ["S2"]}]
)
def test_what_concerns_other_benches_does_not_make_it_look(rumours: Rumours, clock: FixedClock, said: Rumour) -> None:
    assert not rumours.heard(said)
    clock.at += timedelta(seconds=NEWS_S + SPREAD_S)
    assert not rumours.are_due()


def test_what_nobody_speaks_of_is_found_a_little_later(rumours: Rumours, clock: FixedClock) -> None:
    clock.at += timedelta(seconds=UNHEARD_S)
    assert rumours.are_due()
    rumours.look()
    assert not rumours.are_due()


def test_somebody_who_waits_has_it_look_at_once(rumours: Rumours) -> None:
    rumours.hurry()
    assert rumours.are_due()
