"""Backup and restore: what comes back is what was, on either engine, or nothing is touched."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update

from app.base.clock import stamp
from app.base.errors import Broken, NotAllowed, Refused
from app.bootstrap import checks, initialise, metadata
from app.db import Database, copy, feed, open_database
from app.db.head import HEAD
from app.db.migrate import run, version
from app.orders import tables as orders
from app.site import store as site
from app.site import tables as site_tables
from app.site.roles import SYSTEM
from app.upkeep import bundle
from app.upkeep.backup import Made, make_backup
from app.upkeep.forget import forget_customer
from app.upkeep.promises import broken
from app.upkeep.restore import Restored, restore_backup
from tests import small_site
from tests.demo_shop import DATABASE, Shop
from tests.small_site import CHIEF

ENGINES = ("sqlite", "postgresql")


@pytest.fixture
def shop(database: Database, now: datetime) -> Database:
    with database.write() as tx:
        small_site.build(tx, now)
        small_site.ship(tx, "DE-1", [("CUP", 2)], now)
    return database


@pytest.fixture
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database, of the engine that the test names."""
    url = f"sqlite:///{tmp_path / 'other.db'}" if request.param == "sqlite" else request.getfixturevalue("fresh_pg")
    made = open_database(url)
    yield made
    made.close()


def backed_up(database: Database, file: Path, now: datetime) -> Made:
    return make_backup(database, file, home=file.parent, operator=SYSTEM, now=now)


def restored(database: Database, file: Path, now: datetime, **more: Any) -> Restored:
    told: dict[str, Any] = {"home": file.parent, "over": False, "force": False, "block": 200} | more
    return restore_backup(database, file, metadata(), operator=SYSTEM, now=now, **told)


def content(database: Database) -> dict[str, list[str]]:
    """Every row of every table but the feed, in an order of its own."""
    with database.read() as tx:
        return {
            kept.name: sorted(json.dumps(row, sort_keys=True) for row in copy.rows(tx, kept))
            for kept in copy.tables(tx)
            if kept.name != "change"
        }


@pytest.mark.parametrize("other", ENGINES, indirect=True)
def test_a_backup_of_one_engine_comes_back_in_the_other_row_for_row(
    demo: Shop, other: Database, now: datetime, tmp_path: Path
) -> None:
    with closing(open_database(demo.url)) as database:
        made = backed_up(database, tmp_path / "demo.zip", now)
        before = content(database)
    done = restored(other, tmp_path / "demo.zip", now)
    assert (done.rows, done.schema, done.replaced) == (made.rows, HEAD, 0)
    after = content(other)
    for where in (before, after):  # numbers go on behind a margin, the feed begins anew
        for name in ("number_range", "about"):
            del where[name]
    assert after == before
    assert broken(other, checks()) == []
    again = backed_up(other, tmp_path / "again.zip", now)  # and back, by what the other engine wrote
    assert again.database == made.database


def test_while_it_is_made_others_go_on_and_it_holds_one_moment(shop: Database, now: datetime, tmp_path: Path) -> None:
    numbers = iter(range(3))

    def writing(_done: int, _total: int) -> None:
        for n in islice(numbers, 1):
            with shop.write() as tx:
                small_site.ship(tx, f"DE-9{n}", [("TEE", 1)], now)

    make_backup(shop, tmp_path / "b.zip", home=tmp_path, operator=SYSTEM, now=now, progress=writing)
    manifest = bundle.read_manifest(tmp_path / "b.zip")
    rows = {t.name: t.rows for t in manifest.tables}
    assert (rows["order_"], rows["shipment"]) == (1, 1)
    with shop.read() as tx:
        assert tx.execute(text("SELECT count(*) FROM order_")).scalar_one() > 1


def test_only_its_owner_may_read_a_backup_and_no_file_is_overwritten(
    shop: Database, now: datetime, tmp_path: Path
) -> None:
    file = tmp_path / "b.zip"
    backed_up(shop, file, now)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    with pytest.raises(Refused, match="exists"):
        backed_up(shop, file, now)
    assert file.read_bytes() == before
    assert [f.name for f in tmp_path.iterdir() if f.suffix in {".zip", ".part"}] == ["b.zip"]
    with pytest.raises(NotAllowed):
        make_backup(shop, tmp_path / "c.zip", home=tmp_path, operator=CHIEF, now=now)


@pytest.mark.parametrize("how", ["flipped", "cut", "fewer", "foreign", "newer", "text"])
def test_a_file_that_is_not_what_it_says_touches_nothing(
    shop: Database, now: datetime, tmp_path: Path, how: str
) -> None:
    file = tmp_path / "b.zip"
    backed_up(shop, file, now)
    _spoil(file, how)
    before = content(shop)
    with pytest.raises(Broken) as broke:
        restored(shop, file, now, over=True)
    kinds = {"foreign": "not_a_backup", "newer": "backup_newer", "text": "not_a_backup", "cut": "not_a_backup"}
    assert broke.value.kind == kinds.get(how, "backup_damaged")
    assert content(shop) == before


def _spoil(file: Path, how: str) -> None:
    raw = bytearray(file.read_bytes())
    if how == "text":
        file.write_text("no zip at all")
    elif how == "cut":
        file.write_bytes(raw[: len(raw) // 2])
    elif how == "flipped":
        raw[len(raw) // 3] ^= 0xFF
        file.write_bytes(raw)
    else:
        manifest = bundle.read_manifest(file)
        with zipfile.ZipFile(file) as old:
            parts = {name: old.read(name) for name in old.namelist() if name.startswith("tables/")}
        match how:
            case "fewer":
                parts["tables/sku.ndjson"] = parts["tables/sku.ndjson"].split(b"\n", 1)[1]
            case "foreign":
                manifest = replace(manifest, format="something else")
            case _:
                manifest = replace(manifest, schema="9999")
        with zipfile.ZipFile(file, "w") as new:
            for name, part in parts.items():
                new.writestr(name, part)
            bundle.write_manifest(new, manifest)


def test_a_database_with_orders_is_replaced_only_when_that_was_said(
    shop: Database, now: datetime, tmp_path: Path
) -> None:
    backed_up(shop, tmp_path / "b.zip", now)
    before = content(shop)
    with pytest.raises(Refused) as refused:
        restored(shop, tmp_path / "b.zip", now)
    assert (refused.value.kind, refused.value.values["orders"]) == ("restore_over_what_is", 1)
    assert content(shop) == before
    with shop.write() as tx:
        small_site.ship(tx, "DE-2", [("CUP", 1)], now)
    assert restored(shop, tmp_path / "b.zip", now, over=True).replaced == 2
    with shop.read() as tx:
        assert list(tx.execute(text("SELECT id FROM order_")).scalars()) == ["DE-1"]


def test_benches_that_were_heard_just_now_are_not_pulled_the_floor_from_under(
    shop: Database, now: datetime, tmp_path: Path
) -> None:
    backed_up(shop, tmp_path / "b.zip", now)
    with shop.write() as tx:
        site.advance_station(tx, "S1", incarnation="J1", last_seq=0, last_hash="", now=now)
    with pytest.raises(Refused) as refused:
        restored(shop, tmp_path / "b.zip", now, over=True)
    assert (refused.value.kind, refused.value.values["stations"]) == ("benches_attached", "S1")
    restored(shop, tmp_path / "b.zip", now, over=True, force=True)
    with shop.write() as tx:
        site.advance_station(tx, "S1", incarnation="J1", last_seq=0, last_hash="", now=now)
    restored(shop, tmp_path / "b.zip", now + timedelta(hours=1), over=True)


def test_somebody_elses_tables_are_left_alone(shop: Database, now: datetime, tmp_path: Path, fresh_pg: str) -> None:
    backed_up(shop, tmp_path / "b.zip", now)
    theirs = open_database(fresh_pg)
    with theirs.write() as tx:
        tx.execute(text("CREATE TABLE theirs (id INTEGER)"))
    with pytest.raises(Refused) as refused:
        restored(theirs, tmp_path / "b.zip", now, over=True, force=True)
    assert refused.value.kind == "restore_foreign"
    theirs.close()


def test_after_a_restore_every_reader_begins_anew(shop: Database, now: datetime, tmp_path: Path) -> None:
    with shop.write() as tx:
        feed.begin_anew(tx)
    with shop.read() as tx:
        before = feed.epoch(tx)
    backed_up(shop, tmp_path / "b.zip", now)
    restored(shop, tmp_path / "b.zip", now, over=True)
    with shop.write() as tx:
        assert feed.epoch(tx) not in {"", before}
        feed.announce(tx, "shipment", ["DE-1-1"], now)
    with shop.read() as tx:
        assert [c.key for c in feed.since(tx, feed.Cursor())] == ["DE-1-1"]


def lease(database: Database, now: datetime) -> tuple[int, int]:
    with database.write() as tx:
        got = site.lease_numbers(tx, "sscc", "company", "S1", 200, now)
    return got.first, got.last


def test_no_number_is_leased_twice_where_the_replaced_database_knows_what_was(
    shop: Database, now: datetime, tmp_path: Path
) -> None:
    lease(shop, now)
    backed_up(shop, tmp_path / "b.zip", now)
    last = max(lease(shop, now)[1] for _ in range(3))
    restored(shop, tmp_path / "b.zip", now, over=True)
    assert lease(shop, now)[0] == last + 1
    assert not [found for found in broken(shop, checks()) if found["room"] == "site"]


@pytest.mark.parametrize("other", ENGINES, indirect=True)
def test_no_number_is_leased_twice_where_the_old_server_is_gone(
    sqlite_database: Database, other: Database, now: datetime, tmp_path: Path
) -> None:
    with sqlite_database.write() as tx:
        small_site.build(tx, now)
    for day in range(7):  # a week's use, a block a day
        lease(sqlite_database, now - timedelta(days=6 - day))
    backed_up(sqlite_database, tmp_path / "b.zip", now)
    for day in range(28):  # four weeks more of the same
        last = lease(sqlite_database, now + timedelta(days=day))[1]
    restored(other, tmp_path / "b.zip", now + timedelta(days=28))
    assert lease(other, now + timedelta(days=28))[0] > last


def test_a_range_that_the_margin_eats_up_is_named(sqlite_database: Database, now: datetime, tmp_path: Path) -> None:
    with sqlite_database.write() as tx:
        small_site.build(tx, now)
        r = site_tables.number_range
        tx.execute(update(r).where(r.c.kind == "tracking").values(last=500))
    backed_up(sqlite_database, tmp_path / "b.zip", now)
    with closing(open_database(f"sqlite:///{tmp_path / 'new.db'}")) as new:
        assert restored(new, tmp_path / "b.zip", now).numbers == ("tracking GELB GX",)
        assert broken(new, checks()) == []


@pytest.mark.parametrize("other", ENGINES, indirect=True)
def test_a_backup_of_an_earlier_schema_is_brought_up_to_date(other: Database, now: datetime, tmp_path: Path) -> None:
    old = open_database(f"sqlite:///{tmp_path / 'old.db'}")
    run(old, metadata(), "0001")
    with old.write() as tx:
        tx.execute(text("INSERT INTO about VALUES ('id', 'D1')"))
        tx.execute(text("INSERT INTO change (topic, key, at) VALUES ('order', 'DE-1', '2026-01-01')"))
    backed_up(old, tmp_path / "b.zip", now)
    old.close()
    done = restored(other, tmp_path / "b.zip", now)
    assert (done.schema, done.database, version(other)) == ("0001", "D1", HEAD)
    fresh = open_database(f"sqlite:///{tmp_path / 'fresh.db'}")
    initialise(fresh)
    with fresh.read() as one, other.read() as two:
        assert copy.tables(one) == copy.tables(two) or set(copy.tables(one)) == set(copy.tables(two))
    fresh.close()


def test_a_restore_that_breaks_off_leaves_what_was(
    shop: Database, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backed_up(shop, tmp_path / "b.zip", now)
    with shop.write() as tx:
        small_site.ship(tx, "DE-2", [("CUP", 1)], now)
    before = content(shop)

    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restored(shop, tmp_path / "b.zip", now, over=True, progress=stop)
    assert content(shop) == before


def forget(database: Database, said: str, home: Path, now: datetime) -> tuple[str, ...]:
    done = forget_customer(database, said, benches={}, home=home, out=home / "out", operator=SYSTEM, now=now)
    return done.handed_out


@pytest.mark.parametrize("replaced", [True, False], ids=["over the old database", "on a new machine's empty one"])
def test_who_was_forgotten_after_the_backup_stays_forgotten(
    sqlite_database: Database, now: datetime, tmp_path: Path, replaced: bool
) -> None:
    shop = sqlite_database
    with shop.write() as tx:
        small_site.build(tx, now)
        small_site.ship(tx, "DE-1", [("CUP", 1)], now)
        who = orders.customer
        tx.execute(update(who).where(who.c.id == "c-DE-1").values(name="Ada Mark1wort", email="ada@example.org"))
    made = backed_up(shop, tmp_path / "b.zip", now)
    with shop.write() as tx:
        tx.execute(update(orders.order).values(state="cancelled"))
        tx.execute(text("UPDATE shipment SET state = 'cancelled'"))
    handed_out = forget(shop, "c-DE-1", tmp_path, now)
    assert [place for place in handed_out if place.endswith("/b.zip")], handed_out
    if replaced:
        shutil.rmtree(tmp_path / "forgotten")  # the database itself knows
        new = shop
    else:
        new = open_database(f"sqlite:///{tmp_path / 'new.db'}")
    done = restored(new, tmp_path / "b.zip", now, over=True)
    assert done.forgotten == ("c-DE-1",)
    with new.read() as tx:
        row = tx.execute(orders.customer.select().where(orders.customer.c.id == "c-DE-1")).mappings().one()
        assert (row["name"], row["email"]) == (None, None)
        assert ("forgotten", "DE-1-1") in {(c.topic, c.key) for c in feed.since(tx, feed.Cursor(), 1000)}
    assert not [f for f in broken(new, checks()) if f["rule"] == "forgotten_stays_forgotten"]
    new.close()
    for file in (tmp_path / "new.db", tmp_path / "shared.db"):
        for one in (file, file.with_name(file.name + "-wal")):
            if one.is_file():
                assert b"Mark1wort" not in one.read_bytes()
    assert made.database


def test_tombstones_say_nothing_of_a_person(sqlite_database: Database, now: datetime, tmp_path: Path) -> None:
    with sqlite_database.write() as tx:
        small_site.build(tx, now)
        small_site.ship(tx, "DE-1", [("CUP", 1)], now)
        tx.execute(update(orders.order).values(state="cancelled"))
        tx.execute(text("UPDATE shipment SET state = 'cancelled'"))
    forget(sqlite_database, "c-DE-1", tmp_path, now)
    forget(sqlite_database, "c-DE-1", tmp_path, now)
    [file] = (tmp_path / "forgotten").iterdir()
    [line] = file.read_text().splitlines()
    assert json.loads(line) == {"customer": "c-DE-1", "at": stamp(now)}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_backup_is_plain_enough_to_be_read_without_us(demo: Shop, now: datetime, tmp_path: Path) -> None:
    with closing(open_database(demo.url)) as database:
        backed_up(database, tmp_path / "b.zip", now)
    with closing(sqlite3.connect(demo.home / DATABASE)) as db, zipfile.ZipFile(tmp_path / "b.zip") as file:
        manifest = json.loads(file.read("manifest.json"))
        columns = next(t["columns"] for t in manifest["tables"] if t["name"] == "sku")
        read = {json.loads(line)[columns.index("sku")] for line in file.read("tables/sku.ndjson").splitlines()}
        assert read == {row[0] for row in db.execute("SELECT sku FROM sku")}
