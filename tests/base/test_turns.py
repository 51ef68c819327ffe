"""Giving way changes when work is done, never what is done."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from app.base.turns import considerate, in_turns


@given(st.lists(st.integers()), st.integers(1, 50))
def test_items_in_turns_are_the_same_items_in_any_thread(items: list[int], every: int) -> None:
    assert list(in_turns(items, every)) == items
    with ThreadPoolExecutor(1, initializer=considerate) as thread:
        assert thread.submit(lambda: list(in_turns(items, every))).result() == items
