"""News are read as of one moment: what the bench claims after it is neither lost nor forgotten."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

from app.base.clock import stamp
from app.db import Database, feed
from app.floor.claim import open_work
from app.floor.facts import Fact
from app.floor.received import store as received
from app.station.cache import Cache, Work
from app.station.sync import pull
from tests.rooms import nothing_is_told
from tests.small_site import PACKER, ship
from tests.station.benches import furnish


def claim(database: Database, cache: Cache, code: str, now: datetime) -> str:
    """As a bench claims: the shared database first, its cache then."""
    with database.write() as tx:
        packet = open_work(tx, op_id=code, station="S1", operator=PACKER, code=code, now=now)
        pull.keep_recipients(tx, cache, packet)
    cache.keep_work(Work(packet))
    return packet.claim


def test_work_claimed_while_news_are_read_is_neither_lost_nor_over(
    postgres_database: Database, now: datetime, tmp_path: Path
) -> None:
    database = postgres_database
    nothing_is_told(database)
    furnish(database, now, DE_1=[("CUP", 2)], DE_2=[("TEE", 2)])
    with closing(Cache(tmp_path / "cache.db")) as cache:
        first = claim(database, cache, "DE-1-1", now)
        ours = pull.held(cache)
        with database.read() as tx:
            changes = feed.since(tx, feed.Cursor())
            second = claim(database, cache, "DE-2-1", now)
            changed = pull.what_changed(tx, "S1", cache, ours, changes)
        assert changed is not None
        assert (changed.news, changed.ended, changed.forgotten) == ({"DE-1-1": "live"}, frozenset(), frozenset())
        assert {work.packet.claim for work in cache.work()} == {first, second}


def test_work_claimed_while_all_is_looked_at_anew_stays_and_so_do_its_people(
    postgres_database: Database, now: datetime, tmp_path: Path
) -> None:
    database = postgres_database
    furnish(database, now, DE_1=[("CUP", 2)])
    with closing(Cache(tmp_path / "cache.db")) as cache:
        ours = pull.held(cache)
        with database.read() as tx:
            feed.standing(tx)
            with database.write() as other:
                ship(other, "DE-2", [("TEE", 2)], now)
            second = claim(database, cache, "DE-2-1", now)
            found = pull.everything(tx, "S1", cache, ours, settled=True)
        assert (found.news, found.forgotten) == ({}, frozenset())
        assert [work.packet.claim for work in cache.work()] == [second]


def test_which_facts_did_not_count_is_known_again_when_the_cache_was_deleted(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(database, now, DE_1=[("CUP", 2)])
    with closing(Cache(tmp_path / "cache.db")) as cache:
        held = claim(database, cache, "DE-1-1", now)
        late = Fact("late", 1, "JobLeft", held, 1, "PBPICKER", stamp(now), "{}")
        with database.write() as tx:
            received.add_facts(tx, "S1", "J1", [late], {"late": ("set_aside", "does_not_fit")}, now, 0)
    with closing(Cache(tmp_path / "another.db")) as cache, database.read() as tx:
        pull.everything(tx, "S1", cache, {}, settled=True)
        assert cache.set_aside() == {"late": "does_not_fit"}
