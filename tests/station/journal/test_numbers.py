"""Leased numbers: each is given once."""

from __future__ import annotations

from pathlib import Path

from app.station.journal.journal import Journal
from app.station.journal.numbers import Numbers
from app.station.journal.records import Entry, HeldLease
from tests.station.making import CLOCK, fact

SSCC = HeldLease("a", "sscc", "company", "39521234", 100000001, 100000003, 100000001, True)
TRACKING = HeldLease("b", "tracking", "PDP", "PD", 7, 9, 7)


def test_numbers_come_from_the_lease_with_their_check_digit() -> None:
    found = Numbers([SSCC, TRACKING]).peek("PDP")
    assert found is not None
    assert (found.sscc, found.tracking) == ("395212341000000011", "PD0000000007")


def test_a_number_looked_at_is_not_used_and_a_used_one_never_comes_again() -> None:
    numbers, given = Numbers([SSCC, TRACKING]), []
    while (found := numbers.peek("PDP")) is not None:
        assert numbers.peek("PDP") == found
        numbers.use(found)
        given.append(found.sscc)
    assert len(given) == len(set(given)) == 3
    assert numbers.wanting(["PDP"], 1) == [("sscc", "company"), ("tracking", "PDP")]


def test_a_carrier_without_numbers_gets_no_label() -> None:
    assert Numbers([SSCC, TRACKING]).peek("KWX") is None


def test_a_lease_used_up_is_followed_by_the_next() -> None:
    numbers = Numbers([TRACKING, HeldLease("c", "tracking", "PDP", "PD", 50, 60, 50), SSCC])
    for _ in range(3):
        found = numbers.peek("PDP")
        assert found is not None
        numbers.use(found)
    numbers.add(HeldLease("d", "sscc", "company", "39521234", 200000001, 200000003, 200000001))
    found = numbers.peek("PDP")
    assert found is not None
    assert found.tracking == "PD0000000050"


def test_only_demo_numbers_are_called_so() -> None:
    numbers = Numbers([SSCC, TRACKING])
    assert numbers.is_demo("395212341000000011")
    assert not numbers.is_demo("PD0000000007")


def test_numbers_used_in_a_kept_entry_are_gone_after_opening_again(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path, "desk", CLOCK)
    journal.append(Entry(leases=(SSCC, TRACKING))).result()
    first = Numbers(journal.leases()).peek("PDP")
    assert first is not None
    journal.append(Entry((fact(),), used=first.used)).result()
    journal.close()
    journal = Journal.open(tmp_path, "desk", CLOCK)
    second = Numbers(journal.leases()).peek("PDP")
    assert second is not None
    assert (second.sscc, second.tracking) == ("395212341000000028", "PD0000000008")
    journal.close()
