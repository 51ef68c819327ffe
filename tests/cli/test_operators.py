"""PINs from the command line, a bench without a screen that asks for one, and journals that `check` looks at."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.base.wording import word
from app.bench.driver import program
from app.db import open_database
from tests.command import run
from tests.demo_shop import DATABASE, HUB, READER, SUPERVISOR, Shop, login_of

FLOOR = ("floor", "--station", "S1", "--printer", "memory://")


def said(demo: Shop, *words: str, typed: str = "", login: str = SUPERVISOR) -> tuple[int, str, str]:
    done = subprocess.run(
        [*program(), *words],
        env=demo.env_of(login),
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_pin_is_piped_in_by_who_may_and_a_bench_asks_for_it_in_its_next_line(demo: Shop) -> None:
    pin = ("operator", "pin", "PBPICKER", "--json")
    assert said(demo, *pin, "--operator", "PBPICKER", typed="902140\n")[0] == 1
    code, out, _ = said(demo, *pin, "--operator", "PBCHIEF", typed="12\n")
    assert (code, json.loads(out)["error"]) == (1, "bad_pin")
    code, out, err = said(demo, *pin, "--operator", "PBCHIEF", typed="902140\n")
    assert (code, json.loads(out)) == (0, {"badge": "PBPICKER", "name": "Pia Packer", "pin": True})
    assert "902140" not in out + err

    code, out, err = said(demo, *FLOOR, "--operator", "PBPICKER", typed="902141\n902140\nPBHELP\n")
    answers = [json.loads(line) for line in out.splitlines()]
    assert [(one["n"], one["scan"], one["message"], one["state"]) for one in answers] == [
        (1, "····", "wrong_pin", "awaiting_pin"),
        (2, "····", "signed_in", "idle"),
        (3, "PBHELP", "idle_help", "idle"),
    ]
    assert "Pia Packer: type your PIN" in err
    assert "90214" not in out + err
    with closing(sqlite3.connect(demo.home / DATABASE)) as db:
        assert db.execute("SELECT badge, station FROM pin_try").fetchall() == [("PBPICKER", "S1")]


@pytest.mark.parametrize(("login", "why"), [(login_of("S2"), "not_this_bench"), (READER, "login_may_not")])
def test_a_bench_that_cannot_begin_says_whose_fault_that_is(shared_demo: Shop, login: str, why: str) -> None:
    code, out, _ = run(shared_demo.env_of(login), *FLOOR, "--operator", "PBPICKER", "--json")
    assert (code, json.loads(out)["error"]) == (1, "no_badges")
    assert word(f"station.why.{why}") in json.loads(out)["text"]


def test_check_looks_at_every_journal_of_this_machine_and_names_the_one_that_differs(
    demo: Shop, tmp_path: Path
) -> None:
    assert said(demo, *FLOOR, "--operator", "PBPICKER", typed="PBNEXT\nPBISSUE\n")[0] == 0
    code, out, _ = run(demo.env, "check", "--json")
    assert (code, json.loads(out)["journals"]) == (0, {"S1": []})
    journal = demo.home / "stations" / "S1" / "journal.db"
    assert journal.is_file()

    older = tmp_path / "older.db"  # one that is named is held to what the database took in of it, wherever it lies
    shutil.copy(journal, older)
    change(older, "DELETE FROM fact WHERE seq = (SELECT max(seq) FROM fact)")
    change(older, "UPDATE self SET acked = 0")
    code, out, _ = run(demo.env, "check", "--journal", str(older), "--json")
    assert (code, json.loads(out)["journals"]) == (1, {"S1": []})
    assert "an older copy was put back" in json.loads(out)["journal"][0]

    with closing(sqlite3.connect(demo.home / DATABASE)) as db, db:
        db.execute("UPDATE station SET last_hash = 'another' WHERE name = 'S1'")
    code, out, _ = run(demo.env, "check", "--json")
    (differs,) = json.loads(out)["journals"]["S1"]
    assert code == 1
    assert "is not the one that was taken in" in differs

    change(journal, "UPDATE fact SET operator = 'PBOTHER' WHERE seq = 1")
    code, out, _ = run(demo.env, "check", "--json")
    assert (code, json.loads(out)["journals"]["S1"][0]) == (
        1,
        "fact 1 or one before it was changed after it was written",
    )


def test_a_journal_is_looked_at_by_every_login_and_the_whole_database_by_a_hub(
    shared_demo: Shop, tmp_path: Path
) -> None:
    bench = login_of("S1")
    assert said(shared_demo, *FLOOR, "--operator", "PBPICKER", typed="PBNEXT\nPBISSUE\n", login=bench)[0] == 0
    journal = tmp_path / "copied.db"
    shutil.copy(shared_demo.home / "stations" / "S1" / "journal.db", journal)
    logins = (bench, SUPERVISOR, READER)

    def check(login: str, *words: str) -> tuple[int, dict[str, Any]]:
        code, out, _ = run(shared_demo.env_of(login), "check", "--json", *words)
        return code, json.loads(out)

    for login in logins:
        whole = {"findings": [], "checked": [], "journals": {"S1": []}, "journal": []}
        assert check(login, "--journal", str(journal)) == (0, whole)
        for words in ([], ["--archive"], ["--archive", "--journal", str(journal)]):
            code, told = check(login, *words)
            assert (code, told["error"]) == (1, "check_needs_all")
            assert login in told["text"]
    code, told = check(HUB, "--journal", str(journal))
    assert (code, told["findings"], told["journal"], "stock" in told["checked"]) == (0, [], [], True)

    change(journal, "UPDATE fact SET operator = 'PBOTHER' WHERE seq = 1")
    with closing(open_database(shared_demo.shared)) as owner, owner.write() as tx:
        tx.execute(text("UPDATE station SET last_hash = 'another' WHERE name = 'S1'"))
    for login in (*logins, HUB):
        code, told = check(login, "--journal", str(journal))
        assert (code, told["journal"][0]) == (1, "fact 1 or one before it was changed after it was written")
        assert "is not the one that was taken in" in told["journals"]["S1"][0]


def change(journal: Path, statement: str) -> None:
    with closing(sqlite3.connect(journal)) as db, db:
        assert db.execute(statement).rowcount
