"""Commands as processes: jobs that end when told to, `show` in one piece, a reader that goes away."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from app.bench.driver import open_bench, program, run
from tests.demo_shop import DATABASE, Shop


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes in another way")
def test_jobs_go_on_until_told_to_end_and_end_cleanly(demo: Shop) -> None:
    with closing(sqlite3.connect(demo.home / DATABASE)) as db, db:
        db.execute("UPDATE reservation SET expires_at = '2026-01-01T00:00:00.000Z' WHERE expires_at IS NOT NULL")
    words = [*program(), "jobs", "--forever", "--json"]
    with subprocess.Popen(words, env=demo.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["unpaid"] > 0
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0
        assert process.stderr.read() == b""
    assert run(demo.env, "check", "--json")[0] == 0
    assert json.loads(run(demo.env, "jobs", "--json")[1])["unpaid"] == 0


def test_a_reader_that_goes_away_is_no_error_of_ours(demo: Shop) -> None:
    words = [*program(), "list", "orders", "--limit", "10000", "--json"]
    with subprocess.Popen(words, env=demo.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.wait()
        assert b"Traceback" not in process.stderr.read()


def test_the_help_shows_every_command_and_run_without_a_window_is_said_in_words(demo: Shop) -> None:
    """Not wrong usage: nothing was asked for that the command line does not promise."""
    code, said, _ = run(demo.env, "--help")
    assert code == 0
    assert {f"\n  {name} " in said for name in ("run", "init", "demo", "floor", "bench")} == {True}
    code, said, _ = run(demo.env, "run", "--json")
    assert (code, json.loads(said)["error"]) == (1, "no_window")
    assert run(demo.env, "run", "--pigeon")[0] == 2


def test_a_shift_that_cannot_be_played_says_why(demo: Shop, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.touch()
    code, said, _ = run({**demo.env, "PACKBENCH_OUT": str(out)}, "run", "--demo", "--json")
    assert (code, json.loads(said)["error"]) == (1, "no_shift")
    assert str(out / "data") in json.loads(said)["text"]


def test_showing_loads_no_database_library(demo: Shop) -> None:
    """What `show` may take as a whole process (DESIGN 8) leaves no time for it."""
    code = (
        "import sys; from app.cli import main; main(sys.argv[1:]);"
        "sys.exit(any(name.split('.')[0] in {'sqlalchemy', 'alembic', 'psycopg'} for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code, "show", "order", "DE-1001", "--json"], env=demo.env, check=False,
                          capture_output=True)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["order"] == "DE-1001"


def test_a_database_made_anew_is_not_told_what_was_scanned_for_the_old_one(demo: Shop) -> None:
    with open_bench(demo.env, "S1", demo.printer) as bench:
        bench.pack("DE-1001-1")
    for file in demo.home.glob(f"{DATABASE}*"):
        file.unlink()
    assert run(demo.env, "demo")[0] == 0
    with open_bench(demo.env, "S1", demo.printer) as bench:
        assert bench.scan("PBHELP")["message"] == "idle_help"
        bench.pack("DE-1001-1")
    assert run(demo.env, "check")[0] == 0
    kinds = {
        item["kind"] for item in json.loads(run(demo.env, "list", "cases", "--limit", "1000", "--json")[1])["items"]
    }
    assert "late_fact" not in kinds


def test_what_the_installed_script_spawns_begins_without_running_it_again(tmp_path: Path) -> None:
    """pip writes a script that runs when it is imported, which is how a spawned process begins."""
    script = tmp_path / "packbench"
    script.write_text(
        "import multiprocessing.spawn, sys\nfrom ui.__main__ import main\nmain(['--help'])\n"
        "print(multiprocessing.spawn.get_preparation_data('one').get('init_main_from_name'))\n"
    )
    said = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True).stdout
    assert said.splitlines()[-1] == "ui.__main__"
