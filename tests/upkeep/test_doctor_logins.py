"""`doctor` at a shared PostgreSQL: who is connected, and whether everybody can be who they are."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from app.base.wording import known
from app.db import Database, open_database
from app.db.grants import SUPERVISOR
from app.upkeep.doctor import Found, examine
from tests.logins import as_bench, as_role
from tests.postgres import Postgres
from tests.small_site import build


@pytest.fixture
def shared(postgres_database: Database, now: datetime) -> Database:
    with postgres_database.write() as tx:
        build(tx, now)
    return postgres_database


def examined(database: Database, folder: Path) -> dict[str, Found]:
    found = {f.what: f for f in examine(database, home=folder, stations=folder / "s", printers=())}
    assert all(known(f"upkeep.doctor.{f.say}", language) for f in found.values() for language in ("en", "de"))
    return found


def test_a_bench_is_told_which_it_is_and_which_others_lack_a_login(shared: Database, tmp_path: Path) -> None:
    with as_bench(shared, "S1") as own:
        found = examined(own, tmp_path)
    assert (found["login"].ok, found["login"].values["roles"]) == (True, "bench S1")
    assert found["roles"].ok
    assert "S1" not in str(found["bench logins"].values["stations"]).split(", ")
    assert not found["bench logins"].ok
    assert found["password"].ok


def test_the_owner_is_told_that_nothing_holds_it_back(shared: Database, tmp_path: Path) -> None:
    login = examined(shared, tmp_path)["login"]
    assert (login.ok, login.say, login.needed) == (False, "login_owner", False)


def test_a_login_of_no_role_is_told_how_it_gets_one(shared: Database, pg: Postgres, tmp_path: Path) -> None:
    pg.login("pb_stranger")
    with closing(open_database(str(shared.engine.url.set(username="pb_stranger")))) as own:
        login = examined(own, tmp_path)["login"]
    assert (login.say, login.needed, login.values) == ("login_nobody", True, {"login": "pb_stranger"})


def test_grants_that_are_not_as_listed_are_said(shared: Database, tmp_path: Path) -> None:
    with shared.write() as tx:
        tx.execute(text("GRANT DELETE ON fact TO packbench_bench"))
    with as_role(shared, SUPERVISOR) as own:
        assert not examined(own, tmp_path)["roles"].ok


def test_a_password_in_the_address_is_pointed_out_and_not_shown(shared: Database, tmp_path: Path) -> None:
    with closing(open_database(str(shared.engine.url.set(password="hunter2").render_as_string(False)))) as own:
        found = examined(own, tmp_path)
    assert (found["password"].ok, found["password"].say) == (False, "password_in_address")
    assert "hunter2" not in str(found)
