"""What is known of backups: made or only begun, over restores and at a new place, so that forgetting names them all."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from app.base.clock import FixedClock, stamp
from app.base.errors import SchemaMismatch
from app.bootstrap import initialise, metadata
from app.db import Database, open_database
from app.site.roles import SYSTEM
from app.upkeep import noted, tombstones
from app.upkeep.backup import make_backup
from app.upkeep.doctor_shared import Found, examine_shared
from app.upkeep.forget import Forgotten, forget_customer
from app.upkeep.noted import BEGUN, FAILED, MADE, Noted, address_of, part_of
from app.upkeep.restore import Restored, restore_backup
from app.upkeep.tombstones import Tombstone
from tests import small_site
from tests.station.journal.test_journal import small_disk

DAY = timedelta(days=1)


@pytest.fixture
def shop(database: Database, now: datetime) -> Database:
    with database.write() as tx:
        small_site.build(tx, now)
        small_site.ship(tx, "DE-1", [("CUP", 1)], now)
        small_site.ship(tx, "DE-2", [("CUP", 1)], now)
    return database


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Database]:
    """A new place that nothing was ever in."""
    with closing(open_database(f"sqlite:///{tmp_path / 'elsewhere.db'}")) as made:
        yield made


def back_up(database: Database, file: Path, home: Path, now: datetime) -> Path:
    make_backup(database, file, home=home, operator=SYSTEM, now=now)
    return file


def put_back(database: Database, file: Path, home: Path, now: datetime) -> Restored:
    return restore_backup(
        database, file, metadata(), home=home, over=True, force=True, block=200, operator=SYSTEM, now=now
    )


def forget(database: Database, customer: str, home: Path, now: datetime) -> Forgotten:
    with database.write() as tx:
        tx.execute(text("UPDATE order_ SET state = 'cancelled'"))
        tx.execute(text("UPDATE shipment SET state = 'cancelled'"))
    return forget_customer(database, customer, benches={}, home=home, out=home / "out", operator=SYSTEM, now=now)


def backups_in(done: Forgotten) -> set[str]:
    return {place for place in done.handed_out if place.endswith(".zip")}


def said_of_backups(database: Database, now: datetime) -> Found:
    return next(f for f in examine_shared(database, FixedClock(now), 0) if f.what == "backup")


def test_after_a_restore_forgetting_names_the_backups_made_since_too(
    shop: Database, now: datetime, tmp_path: Path
) -> None:
    both = {
        address_of(back_up(shop, tmp_path / f"{name}.zip", tmp_path / "home", now + n * DAY))
        for n, name in enumerate(("m1", "m2"))
    }
    put_back(shop, tmp_path / "m1.zip", tmp_path / "another machine's", now + 2 * DAY)
    assert backups_in(forget(shop, "c-DE-1", tmp_path / "another machine's", now)) == both
    assert said_of_backups(shop, now).values["file"] == address_of(tmp_path / "m2.zip")


def test_at_a_new_place_this_machine_knows_the_backups_it_made(
    shop: Database, elsewhere: Database, now: datetime, tmp_path: Path
) -> None:
    both = {address_of(back_up(shop, tmp_path / f"{name}.zip", tmp_path, now)) for name in ("m1", "m2")}
    put_back(elsewhere, tmp_path / "m1.zip", tmp_path, now)
    assert backups_in(forget(elsewhere, "c-DE-1", tmp_path, now)) == both


def test_the_file_that_was_brought_here_and_put_back_is_a_backup_as_well(
    shop: Database, elsewhere: Database, now: datetime, tmp_path: Path
) -> None:
    before = back_up(shop, tmp_path / "m1.zip", tmp_path, now)
    brought = before.rename(tmp_path / "brought.zip")
    put_back(elsewhere, brought, tmp_path / "new", now)
    done = forget(elsewhere, "c-DE-1", tmp_path / "new", now)
    assert backups_in(done) == {address_of(brought)}
    assert set(done.unfinished) == {address_of(before), address_of(part_of(before))}  # all that it knows of itself
    assert said_of_backups(elsewhere, now).values["file"] == address_of(brought)


def test_a_backup_that_failed_is_none_and_forgetting_names_nothing_that_never_was(
    shop: Database, now: datetime, tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError):
        back_up(shop, tmp_path / "no such folder" / "a.zip", tmp_path, now)
    assert said_of_backups(shop, now).say == "backup_none"
    done = forget(shop, "c-DE-1", tmp_path, now)
    assert (backups_in(done), done.unfinished) == (set(), ())
    file = back_up(shop, tmp_path / "b.zip", tmp_path, now)
    with pytest.raises(FileNotFoundError):
        back_up(shop, tmp_path / "no such folder" / "b.zip", tmp_path, now + DAY)
    assert said_of_backups(shop, now).values["file"] == address_of(file)


def test_a_backup_onto_a_full_disk_is_none(shop: Database, now: datetime, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "8k") as disk:
        with pytest.raises(OSError, match="No space left"):
            back_up(shop, disk / "a.zip", tmp_path, now)
        assert list(disk.iterdir()) == []
    assert said_of_backups(shop, now).say == "backup_none"
    assert forget(shop, "c-DE-1", tmp_path, now).unfinished == ()


KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from app.db import open_database
from app.site.roles import SYSTEM
from app.upkeep.backup import make_backup

url, file, home, now = sys.argv[1:]
def die(done, total):
    os.kill(os.getpid(), signal.SIGKILL)
make_backup(open_database(url), Path(file), home=Path(home), operator=SYSTEM, now=datetime.fromisoformat(now),
            progress=die)
"""


def test_a_backup_that_was_killed_is_named_as_begun_until_another_takes_its_place(
    shop: Database, now: datetime, tmp_path: Path
) -> None:
    file, url = tmp_path / "a b.zip", shop.engine.url.render_as_string(hide_password=False)
    words = [sys.executable, "-c", KILLED, url, str(file), str(tmp_path), now.isoformat()]
    assert subprocess.run(words, check=False).returncode == -signal.SIGKILL
    assert part_of(file).is_file()
    assert said_of_backups(shop, now).say == "backup_none"
    done = forget(shop, "c-DE-1", tmp_path, now)
    assert (backups_in(done), set(done.unfinished)) == (set(), {address_of(file), address_of(part_of(file))})
    back_up(shop, file, tmp_path, now + DAY)
    done = forget(shop, "c-DE-2", tmp_path, now)
    assert (backups_in(done), done.unfinished) == ({address_of(file)}, ())


def test_a_database_that_is_not_there_yet_has_no_backup(elsewhere: Database, now: datetime, tmp_path: Path) -> None:
    with pytest.raises(SchemaMismatch) as refused:
        back_up(elsewhere, tmp_path / "a.zip", tmp_path, now)
    assert refused.value.kind == "not_initialised"


def test_who_told_whom_to_forget_again_is_said(
    shop: Database, elsewhere: Database, now: datetime, tmp_path: Path
) -> None:
    file = back_up(shop, tmp_path / "a.zip", tmp_path, now)
    done = put_back(elsewhere, file, tmp_path / "new", now)
    assert done.told_by == "nobody"
    forget(shop, "c-DE-1", tmp_path, now)
    assert put_back(shop, file, tmp_path / "new", now).told_by == "replaced"
    for home, by, whom in (("list", "here", ("c-DE-1",)), ("none", "nobody", ())):
        with closing(open_database(f"sqlite:///{tmp_path / home}.db")) as another:
            initialise(another)  # an empty one of its own id, which knows nothing of anybody
            done = put_back(another, file, tmp_path if home == "list" else tmp_path / home, now)
            assert (done.told_by, done.forgotten) == (by, whom)


def test_who_was_forgotten_is_known_still_after_a_backup_from_before_they_came(
    shop: Database, now: datetime, tmp_path: Path
) -> None:
    first = back_up(shop, tmp_path / "first.zip", tmp_path, now)
    with shop.write() as tx:
        small_site.ship(tx, "DE-3", [("CUP", 1)], now)
    second = back_up(shop, tmp_path / "second.zip", tmp_path, now)
    forget(shop, "c-DE-3", tmp_path / "another machine's", now)
    assert put_back(shop, first, tmp_path, now).forgotten == ()
    assert put_back(shop, second, tmp_path, now).forgotten == ("c-DE-3",)


@pytest.mark.parametrize("torn", ['{"customer": "c', '{"customer": "c-0", "at": "x"}'])
def test_a_line_that_a_crash_tore_does_not_take_the_next_one_with_it(tmp_path: Path, torn: str) -> None:
    tombstones.remember(tmp_path, "D", [Tombstone("c-1", "x")])
    [file] = (tmp_path / "forgotten").iterdir()
    file.write_bytes(file.read_bytes() + torn.encode())
    tombstones.remember(tmp_path, "D", [Tombstone("c-2", "x")])
    known = tombstones.read(tmp_path, "D")
    assert known is not None
    assert {"c-1", "c-2"} <= set(known)


BACKUPS = st.builds(
    Noted, st.sampled_from("abc"), st.sampled_from(["1", "2", "3"]), st.sampled_from(["file://m/x", "file://m/y"]),
    st.sampled_from([BEGUN, MADE, FAILED]),
)  # fmt: skip


@given(st.lists(BACKUPS), st.lists(BACKUPS))
def test_whatever_lists_are_put_together_no_backup_that_was_made_is_lost(one: list[Noted], other: list[Noted]) -> None:
    known = noted.merged([*one, *other])
    assert len({b.id for b in known}) == len(known)
    last = {b.id: b for b in (*one, *other) if b.state != BEGUN}
    made, open_ = noted.places(known)
    assert made == {b.address for b in last.values() if b.state == MADE}
    assert not made & open_
    for b in known:
        assert b.state == FAILED or b.address in made | open_


def test_lists_of_this_machine_hold_no_more_than_addresses_and_times(
    shop: Database, now: datetime, tmp_path: Path
) -> None:
    file = back_up(shop, tmp_path / "a.zip", tmp_path, now)
    put_back(shop, file, tmp_path, now)
    [kept] = (tmp_path / "backups").iterdir()
    lines = [json.loads(line) for line in kept.read_text().splitlines()]
    assert [(one["state"], one["address"], one["at"]) for one in lines] == [
        (state, address_of(file), stamp(now)) for state in (BEGUN, MADE)
    ]
