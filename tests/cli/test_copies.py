"""`backup`, `restore` and `archive` as they are typed."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.command import run
from tests.demo_shop import Shop


def test_a_backup_is_put_back_over_what_stands_only_when_that_is_said(demo: Shop, tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    code, told, errors = run(demo.env, "backup", str(file), "--json")
    assert (code, json.loads(told)["file"]) == (0, str(file)), errors
    for words, kind in (
        (("backup", str(file)), "file_exists"),
        (("restore", str(file)), "restore_over_what_is"),
        (("restore", str(demo.home / "packbench.db"), "--over"), "not_a_backup"),
        (("archive", "--before", "soon"), "no_month"),
        (("backup", str(tmp_path / "b.zip"), "--operator", "PBCHIEF"), "not_allowed"),
    ):
        code, told, _ = run(demo.env, *words, "--json")
        assert (code, json.loads(told)["error"]) == (1, kind)
    code, told, errors = run(demo.env, "restore", str(file), "--over", "--json")
    assert code == 0, (told, errors)
    done = json.loads(told)
    assert (done["findings"], done["replaced"] > 100, done["told_by"]) == ([], True, "replaced")
    assert "warning" not in done
    code, told, _ = run(demo.env, "check", "--archive", "--json")
    assert (code, json.loads(told)["findings"]) == (0, [])


def test_a_restore_says_that_nobody_here_knew_whom_to_forget_again(demo: Shop, tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    assert run(demo.env, "backup", str(file), "--json")[0] == 0
    words = ("restore", str(file), "--db", f"sqlite:///{tmp_path / 'new.db'}", "--over")
    code, told, errors = run({**demo.env, "PACKBENCH_HOME": str(tmp_path / "new")}, *words, "--json")
    assert code == 0, (told, errors)
    done = json.loads(told)
    assert done["told_by"] == "nobody"
    assert done["made_at"] in done["warning"]
    with closing(sqlite3.connect(tmp_path / "new.db")) as db, db:
        db.execute("UPDATE about SET value = 'another' WHERE name = 'id'")
    code, told, errors = run({**demo.env, "PACKBENCH_HOME": str(tmp_path / "third")}, *words)
    assert (code, "warning: Whoever was forgotten" in told) == (0, True), (told, errors)
