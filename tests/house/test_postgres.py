"""The test databases themselves: real, empty, apart from each other."""

from __future__ import annotations

import os

import pytest
import sqlalchemy as sa

from tests.postgres import Postgres


def test_a_database_starts_empty_and_keeps_what_is_written(db_url: str) -> None:
    engine = sa.create_engine(db_url)
    assert sa.inspect(engine).get_table_names() == []
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE bin (code TEXT PRIMARY KEY)"))
        connection.execute(sa.text("INSERT INTO bin VALUES ('Ä-01')"))
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT code FROM bin")) == "Ä-01"
    engine.dispose()


def test_a_copy_holds_what_its_template_held(pg: Postgres) -> None:
    template = pg.create()
    engine = sa.create_engine(template)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE bin (code TEXT PRIMARY KEY)"))
    engine.dispose()
    copy = pg.create(template=template)
    engine = sa.create_engine(copy)
    assert sa.inspect(engine).get_table_names() == ["bin"]
    engine.dispose()
    pg.drop(copy)
    pg.drop(template)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root has rights to give up")
def test_the_server_never_runs_as_root(pg: Postgres) -> None:
    assert pg.data.stat().st_uid != 0
