"""`init` on PostgreSQL: tables, roles, who is in them; said, and the same when asked again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.base.paths import RESOURCES
from app.cli import main
from app.db.grants import ROLES
from tests.postgres import NoPostgres, running_postgres

Init = Callable[..., tuple[int, dict[str, Any]]]
SITE = str(RESOURCES / "demo" / "site.toml")


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("PACKBENCH_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def does(home: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Init]:
    """A command at a server that never heard of us."""
    try:
        with running_postgres() as server:
            url = server.create()

            def do(*words: str) -> tuple[int, dict[str, Any]]:
                code = main([*words, "--json", "--db", url])
                said = capsys.readouterr().out
                return code, json.loads(said) if said else {}

            yield do
    except NoPostgres as reason:
        pytest.skip(f"no PostgreSQL: {reason}")


def test_init_says_what_it_made_and_asked_again_that_all_is_there(does: Init) -> None:
    code, said = does("init")
    assert (code, said["changed"], said["roles"]) == (
        0, True, {"made": list(ROLES), "kept": [], "grants_changed": True, "let_in": []}
    )  # fmt: skip
    code, said = does("init")
    assert (code, said["changed"], said["roles"]) == (
        0, False, {"made": [], "kept": list(ROLES), "grants_changed": False, "let_in": []}
    )  # fmt: skip

    assert does("import", "site", SITE)[0] == 0
    logins = ["--bench", "S1=pb one", "--bench=S2=pb_two", "--supervisor", "ada", "--hub", "pb_hub", "--reader", "ada"]
    code, said = does("init", *logins)
    assert [(one["login"], one["station"], one["made"]) for one in said["logins"]] == [
        ("pb one", "S1", True),
        ("pb_two", "S2", True),
        ("ada", "", True),
        ("pb_hub", "", True),
        ("ada", "", False),
    ]
    assert not any(one["made"] for one in does("init", *logins)[1]["logins"])


def test_whoever_was_let_in_is_let_out_again(does: Init) -> None:
    assert does("init")[0] == 0
    assert does("import", "site", SITE)[0] == 0
    assert does("init", "--bench", "S1=x", "--supervisor", "x", "--hub", "pb_hub")[0] == 0
    code, said = does("init", "--dismiss", "x", "--dismiss", "pb_hub", "--bench", "S1=y")
    assert (code, said["dismissed"]) == (
        0,
        [{"login": login, "let_in_by": [], "still_open": 0} for login in ("x", "pb_hub")],
    )
    assert does("show", "station", "S1")[0] == 0
    code, said = does("init", "--dismiss", "x")
    assert (code, said["error"]) == (1, "login_unknown")


def test_a_login_that_cannot_be_let_in_is_said_and_nothing_is_done(does: Init) -> None:
    assert does("init")[0] == 0
    assert does("import", "site", SITE)[0] == 0
    code, said = does("init", "--hub", "made_for_nothing", "--bench", "NOWHERE=x")
    assert (code, said["error"]) == (1, "not_found")
    assert [one["made"] for one in does("init", "--bench", "S1=x", "--hub", "made_for_nothing")[1]["logins"]] == [
        True,
        True,
    ]
    code, said = does("init", "--bench", "S2=x")
    assert (code, said["error"]) == (1, "login_taken")
    assert does("init", "--bench", "S2")[0] == 2
    assert does("init", "--bench", "=x")[0] == 2


def test_a_file_has_no_logins(home: Path) -> None:
    assert main(["init", "--hub", "x", "--db", f"sqlite:///{home / 'a.db'}"]) == 2
    assert not (home / "a.db").exists()
