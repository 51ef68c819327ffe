"""A PIN is kept as a hash, set by those who may, and slows whoever guesses."""

from __future__ import annotations

from datetime import datetime

import pytest

from app.base.errors import BadInput, NotAllowed, NotFound, Refused
from app.db import Database, feed
from app.db.grants import SUPERVISOR
from app.site import store
from app.site.check import check
from app.site.load import load_site
from app.site.pin import LONGEST_PAUSE_S, fits, hashed, pause_s
from app.site.read import read_site
from app.site.roles import SYSTEM
from app.site.set_pin import set_pin
from tests.logins import as_bench, as_role
from tests.small_site import CHIEF, PACKER, build

SITE = """
[company]
name = "Kontor"
pin_roles = ["supervisor"]
[[operator]]
badge = "PBCHIEF"
name = "Chris"
role = "supervisor"
[[operator]]
badge = "PBPICKER"
name = "Pat"
role = "packer"
"""


def test_a_pin_fits_its_hash_and_no_other_does() -> None:
    kept = hashed("0042")
    assert "0042" not in kept
    assert kept != hashed("0042"), "two people with the same PIN are not told by their hashes"
    assert fits(kept, "0042")
    assert not fits(kept, "42")
    assert not fits("", "0042")


@pytest.mark.parametrize("said", ["", "123", "1234567890123", "12a4", "١٢٣٤", "12 34"])
def test_what_is_no_pin_is_refused(said: str) -> None:
    with pytest.raises(Refused) as refused:
        hashed(said)
    assert refused.value.kind == "bad_pin"
    assert said not in str(refused.value) or not said


def test_three_mistakes_are_free_and_then_each_pause_is_twice_as_long_up_to_five_minutes() -> None:
    assert [pause_s(n) for n in range(6)] == [0, 0, 0, 5, 10, 20]
    assert pause_s(9) == pause_s(1000) == LONGEST_PAUSE_S == 300


def test_a_pin_is_set_by_a_supervisor_and_told_to_the_benches(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
    with database.read() as tx:
        before = feed.standing(tx)
    with database.write() as tx:
        with pytest.raises(NotAllowed):
            set_pin(tx, "PBPICKER", "4711", operator=PACKER, now=now)
        with pytest.raises(NotFound):
            set_pin(tx, "PBNOBODY", "4711", operator=CHIEF, now=now)
        assert set_pin(tx, "pbpicker", "4711", operator=CHIEF, now=now) == PACKER
    with database.read() as tx:
        found = {bearer.operator.badge: bearer for bearer in store.bearers(tx)}
        assert fits(found["PBPICKER"].pin_hash, "4711")
        assert found["PBPICKER"].pin_hash not in repr(found["PBPICKER"])
        assert not found["PBCHIEF"].pin_hash
        assert [(change.topic, change.key) for change in feed.since(tx, before)] == [("operator", "PBPICKER")]
        assert not list(check(tx))


def test_a_supervisors_login_sets_pins_and_a_benchs_does_not(database: Database, now: datetime) -> None:
    if database.is_sqlite:
        pytest.skip("a SQLite file knows no logins")
    with database.write() as tx:
        build(tx, now)
    with as_role(database, SUPERVISOR) as own, own.write() as tx:
        set_pin(tx, "PBPICKER", "4711", operator=CHIEF, now=now)
    with as_bench(database) as own, pytest.raises(NotAllowed), own.write() as tx:
        set_pin(tx, "PBPICKER", "0815", operator=CHIEF, now=now)


def test_a_pin_in_clear_is_found_out(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        store.put_pin(tx, "PBPICKER", "4711")
    with database.read() as tx:
        assert [finding.rule for finding in check(tx)] == ["pin_is_hashed"]


def test_the_site_says_who_needs_a_pin_and_an_import_takes_none_away(database: Database, now: datetime) -> None:
    with database.write() as tx:
        load_site(tx, read_site(SITE), operator=SYSTEM)
        assert store.company(tx).pin_roles == ("supervisor",)
        set_pin(tx, "PBCHIEF", "4711", operator=SYSTEM, now=now)
        load_site(tx, read_site(SITE), operator=SYSTEM)
        found = {bearer.operator.badge: bearer for bearer in store.bearers(tx)}
        assert {badge: bearer.pin_due for badge, bearer in found.items()} == {"PBCHIEF": True, "PBPICKER": False}
        assert fits(found["PBCHIEF"].pin_hash, "4711")


@pytest.mark.parametrize("said", ['"supervisor"', '["king"]', "[1]"])
def test_pin_roles_that_are_none_are_refused_with_their_place(said: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_site(f"[company]\nname = 'K'\npin_roles = {said}")
    assert (refused.value.at, refused.value.field) == ("company", "pin_roles")
