"""Acts that met another's: begun anew, and at the end said as that."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from sqlalchemy import text

from app.base.errors import Crossed
from app.base.wording import word
from app.db import Database, Tx

MET = "DO $$ BEGIN RAISE EXCEPTION 'met' USING ERRCODE = '{}'; END $$"


def test_two_acts_that_wait_for_each_other_both_come_to_their_end(postgres_database: Database) -> None:
    both, begun = Barrier(2), []

    def crossing(first: str, then: str) -> None:
        def act(tx: Tx) -> None:
            begun.append(first)
            tx.execute(text("UPDATE about SET value = value || '+' WHERE name = :n"), {"n": first})
            if len(begun) <= 2:
                both.wait(30)
            tx.execute(text("UPDATE about SET value = value || '+' WHERE name = :n"), {"n": then})

        postgres_database.act(act)

    with postgres_database.write() as tx:
        tx.execute(text("INSERT INTO about (name, value) VALUES ('a', ''), ('b', '')"))
    threads = [Thread(target=crossing, args=names) for names in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with postgres_database.read() as tx:
        assert set(tx.scalars(text("SELECT value FROM about WHERE name IN ('a', 'b')"))) == {"++"}
    assert len(begun) > 2  # the server ended one of the two


@pytest.mark.parametrize("state", ["40P01", "40001"])
def test_an_act_that_meets_others_every_time_is_said_as_that_and_nothing_of_it_is_kept(
    postgres_database: Database, state: str
) -> None:
    begun = []

    def act(tx: Tx) -> None:
        begun.append(tx)
        tx.execute(text("INSERT INTO about (name, value) VALUES ('kept', '')"))
        tx.exec_driver_sql(MET.format(state))

    with pytest.raises(Crossed) as why:
        postgres_database.act(act)
    assert len(begun) > 2
    assert "try again" in word(f"error.{why.value.kind}", "en")
    with postgres_database.read() as tx:
        assert not tx.execute(text("SELECT 1 FROM about WHERE name = 'kept'")).all()


def test_an_act_that_does_not_meet_another_is_begun_once(database: Database) -> None:
    begun = []

    def act(tx: Tx) -> int:
        begun.append(tx)
        return 5

    assert database.act(act) == 5
    assert len(begun) == 1
