"""Migrations: forward only, keeping data, ending where the tables say."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text

from app.base.errors import SchemaMismatch
from app.bootstrap import initialise, metadata
from app.db import open_database
from app.db.head import HEAD
from app.db.migrate import FOLDER, require_current, run
from app.db.tables import about


def test_the_newest_migration_is_the_head_the_program_expects() -> None:
    assert max(file.name.split("_")[0] for file in (FOLDER / "versions").glob("0*.py")) == HEAD


def test_an_empty_database_migrated_has_exactly_the_tables_of_the_rooms(db_url: str) -> None:
    database = open_database(db_url)
    assert initialise(database)
    assert not initialise(database)
    with database.read() as tx:
        assert compare_metadata(MigrationContext.configure(tx, opts={"compare_type": True}), metadata()) == []
    require_current(database)
    database.close()


def test_a_database_nobody_initialised_is_refused(db_url: str) -> None:
    database = open_database(db_url)
    with pytest.raises(SchemaMismatch):
        require_current(database)
    database.close()


def test_a_database_of_a_newer_program_is_refused_and_left_alone(db_url: str) -> None:
    database = open_database(db_url)
    initialise(database)
    with database.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaMismatch):
        initialise(database)
    database.close()


def test_data_stays_when_a_database_is_initialised_again(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'a.db'}")
    initialise(database)
    with database.write() as tx:
        tx.execute(insert(about).values(name="kept", value="yes"))
    initialise(database)
    with database.read() as tx:
        assert tx.execute(select(about.c.value).where(about.c.name == "kept")).scalar() == "yes"
    database.close()


def test_facts_of_two_journals_keep_the_order_they_took_effect_in_whatever_the_clock_said(db_url: str) -> None:
    database = open_database(db_url)
    run(database, metadata(), "0002")
    # S1 was set back an hour in its first journal, and again before the second took it over; S2 sent nothing.
    applied = {"J1": ("T10", "T09", "T11"), "J2": ("T08", "T12")}
    facts = [
        {"op": f"{journal}-{seq}", "journal": journal, "seq": seq, "at": at}
        for journal, some in applied.items()
        for seq, at in enumerate(some, 1)
    ]
    with database.write() as tx:
        for name, journal, last in (("S1", "J2", 2), ("S2", "J3", 0)):
            tx.execute(
                text("INSERT INTO station (name, warehouse, incarnation, last_seq) VALUES (:n, 'LEJ', :j, :s)"),
                {"n": name, "j": journal, "s": last},
            )
        tx.execute(
            text(
                "INSERT INTO fact (op_id, station, incarnation, seq, kind, version, epoch, operator, made_at, body,"
                " outcome, applied_at)"
                " VALUES (:op, 'S1', :journal, :seq, 'JobLeft', 1, 1, '', '', '{}', 'applied', :at)"
            ),
            facts[::-1],
        )
    initialise(database)
    with database.read() as tx:
        assert tx.scalars(text("SELECT op_id FROM fact ORDER BY n")).all() == ["J1-1", "J1-2", "J1-3", "J2-1", "J2-2"]
        assert tx.scalars(text("SELECT n FROM fact ORDER BY n")).all() == [1, 2, 3, 4, 5]
        assert dict(tx.execute(text("SELECT name, facts FROM station")).all()) == {"S1": 5, "S2": 0}
    database.close()
