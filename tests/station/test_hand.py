"""A job taken up again: what was applied and what the journal has make one story, whatever either of them lacks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.floor.facts import Fact
from app.station.hand import merged

_HISTORY = st.lists(st.tuples(st.booleans(), st.booleans()), max_size=12)


def fact(n: int) -> Fact:
    return Fact(f"op-{n}", n, "ItemTaken", "C", 1, "PBPICKER", "", "{}", 1)


@given(past=_HISTORY, later=st.integers(0, 4))
def test_applied_facts_that_the_journal_lacks_come_before_all_that_was_done_since(
    past: list[tuple[bool, bool]], later: int
) -> None:
    since = [fact(n) for n in range(len(past), len(past) + later)]
    applied = [fact(n) for n, (is_applied, _) in enumerate(past) if is_applied]
    kept = [fact(n) for n, (_, is_kept) in enumerate(past) if is_kept]
    found = merged(applied, [*kept, *since])
    assert [one for one in found if one in applied] == applied
    assert [one for one in found if one in kept] == kept
    assert found[len(found) - later :] == since
    assert len(found) == len({one.op_id for one in [*applied, *kept, *since]})
