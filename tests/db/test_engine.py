"""The shared database's transactions, on both engines."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from app.base.errors import DatabaseAway
from app.db import Database, feed, open_database
from app.db.tables import about
from tests.rooms import nothing_is_told


def test_a_failed_write_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as tx:
        tx.execute(insert(about).values(name="x", value="1"))
        raise ZeroDivisionError
    with database.read() as tx:
        assert tx.execute(select(about)).all() == []


def test_what_is_written_in_a_read_is_not_kept(database: Database) -> None:
    with database.read() as tx:
        tx.execute(insert(about).values(name="x", value="1"))
    with database.read() as tx:
        assert tx.execute(select(about)).all() == []


def test_an_absent_database_is_said_to_be_away_without_its_password() -> None:
    database = open_database("postgresql+psycopg://somebody:secret@127.0.0.1:1/none")
    with pytest.raises(DatabaseAway) as error, database.write():
        pass
    assert "secret" not in str(error.value)
    database.close()


def test_a_reader_of_the_feed_gets_each_announced_key_once_in_order(database: Database, now: datetime) -> None:
    nothing_is_told(database)
    with database.write() as tx:
        feed.announce(tx, "shipment", ["DE-1-1", "DE-2-1", "DE-1-1"], now)
    with database.write() as tx:
        feed.announce(tx, "case", ["C1"], now)
    with database.read() as tx:
        first = feed.since(tx, feed.Cursor())
        assert [(c.topic, c.key) for c in first] == [
            ("shipment", "DE-1-1"),
            ("shipment", "DE-2-1"),
            ("case", "C1"),
        ]
        assert feed.since(tx, first[1].cursor) == first[2:]


def test_a_file_that_is_taken_away_takes_and_tells_nothing_and_what_is_put_in_its_place_is_the_database(
    tmp_path: Path,
) -> None:
    file, copy = tmp_path / "shared.db", tmp_path / "copy.db"
    with closing(open_database(f"sqlite:///{file}")) as database:
        with database.write() as tx:
            tx.execute(text("CREATE TABLE said (word TEXT)"))
        copy.write_bytes(b"")
        with closing(sqlite3.connect(file)) as there, closing(sqlite3.connect(copy)) as other:
            there.backup(other)
            other.execute("INSERT INTO said VALUES ('older')")
            other.commit()
        for left in tmp_path.glob("shared.db*"):
            left.unlink()
        for way in (database.read, database.write):
            with pytest.raises(DatabaseAway), way():
                pass
        assert not file.exists()
        copy.rename(file)
        with database.read() as tx:
            assert tx.execute(text("SELECT word FROM said")).scalars().all() == ["older"]
