"""Habits of the house that no linter knows, held by reading the sources."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_FILE = 400
VAGUE = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}

# What asks the outside world: the clock, chance, the disk. Workflows, stages and rules are told instead.
ASKING = {
    "time": {"time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "sleep", "localtime", "gmtime"},
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "random": {"random", "randint", "choice", "choices", "shuffle", "sample", "randrange"},
    "secrets": {"choice", "token_hex", "token_bytes", "randbelow"},
    "uuid": {"uuid1", "uuid4", "uuid7"},
    "os": {"environ", "getenv", "urandom"},
}
NOT_RULES = {"tables", "store", "check", "forget"}


def _sources(*packages: str) -> Iterator[Path]:
    for package in packages:
        yield from sorted((ROOT / package).rglob("*.py"))


def _committed() -> list[Path]:
    """Every text file that git knows or would take; all but what a tool makes."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip(f"git cannot list this tree: {listed.stderr.strip()}")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def _pure_files() -> list[Path]:
    rules = [path for path in (ROOT / "app" / "customs").glob("*.py") if path.stem not in NOT_RULES]
    return [
        *(ROOT / "app/floor/workflows").rglob("*.py"),
        *(ROOT / "app/planning/stages").rglob("*.py"),
        *rules,
    ]


def _questions(source: str) -> list[str]:
    """The calls in `source` that ask the clock, chance or the environment."""
    asked = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            owner = node.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if node.attr in ASKING.get(name, ()):
                asked.append(f"line {node.lineno}: {name}.{node.attr}")
        elif isinstance(node, ast.ImportFrom) and not node.level:
            asked += [
                f"line {node.lineno}: from {node.module} import {alias.name}"
                for alias in node.names
                if alias.name in ASKING.get(node.module or "", ())
            ]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"open", "input"}:
            asked.append(f"line {node.lineno}: {node.func.id}()")
    return asked


@pytest.mark.parametrize(
    "planted",
    [
        "import time\nx = time.time()",
        "import datetime as d\nx = d.datetime.now()",
        "from datetime import date\nx = date.today()",
        "from time import monotonic\nx = monotonic()",
        "import random\nx = random.choice('ab')",
        "x = open('f')",
    ],
)
def test_a_question_to_the_outside_is_found(planted: str) -> None:
    assert _questions(planted)


def test_workflows_stages_and_rules_ask_nothing_of_the_outside() -> None:
    found = {str(path.relative_to(ROOT)): _questions(path.read_text("utf-8")) for path in _pure_files()}
    assert {path: asked for path, asked in found.items() if asked} == {}


def test_no_file_is_longer_than_it_can_be_read() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines())
        for path in [*_sources("app", "ui", "printers"), ROOT / "dev.py"]
        if path.parent.name != "versions"  # Alembic's: written by a tool, and never read again once it has run
    }
    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_a_folder_that_keeps_rows_says_what_must_hold_in_them() -> None:
    without = [
        str(tables.parent.relative_to(ROOT))
        for tables in (ROOT / "app").rglob("tables.py")
        if not (tables.parent / "check.py").exists()
    ]
    assert without == []


def test_names_are_the_trades_own() -> None:
    vague = [
        str(path.relative_to(ROOT))
        for path in _sources("app", "ui", "printers", "tests")
        if VAGUE & set(re.split(r"[_/.]", str(path.relative_to(ROOT))))
    ]
    assert vague == []


def test_nothing_is_left_for_later() -> None:
    mark = re.compile(r"\b(TO[D]O|FIX[M]E)\b")  # brackets, so that this file has none
    left = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in _committed()
        if path.suffix in {".py", ".js", ".toml", ".md", ".json"} and "data" not in path.parts
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1)
        if mark.search(line)
    ]
    assert left == []


def test_the_lock_names_no_host() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in lock
    assert "--index" not in lock
    assert "--find-links" not in lock


def test_every_part_of_the_lock_has_its_hash() -> None:
    entries = re.split(r"\n(?=[a-z0-9])", (ROOT / "requirements.lock").read_text("utf-8").strip())
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_no_lock_of_another_tool_is_committed() -> None:
    # These write the address of each file they lock.
    others = {"uv.lock", "pylock.toml", "poetry.lock", "package-lock.json", "yarn.lock"}
    assert [path for path in _committed() if path.name in others] == []


def test_packaging_is_no_package() -> None:
    # The root is on sys.path, and PyPI's `packaging` must be found behind our folder of that name.
    assert not (ROOT / "packaging" / "__init__.py").exists()


@pytest.mark.parametrize("word", [r"\.connect\(\s*lambda", r"\bprocessEvents\b", r"\bclass \w+\([^)]*QThread\b"])
def test_screens_keep_clear_of_qts_traps(word: str) -> None:
    # A lambda keeps its widget alive, processEvents re-enters our code, a QThread dies with its object.
    trap = re.compile(word)
    caught = [str(path.relative_to(ROOT)) for path in _sources("ui") if trap.search(path.read_text("utf-8"))]
    assert caught == []


def test_no_type_is_first_read_on_the_way_where_two_threads_may_meet() -> None:
    """app/base/forms.py says what happens then."""
    found = [
        f"{path.relative_to(ROOT)}: {call}"
        for path in _sources("app", "ui", "printers")
        if path != ROOT / "app/base/forms.py"
        for call in re.findall(r"msgspec\.(?:json\.decode|convert)\(", path.read_text("utf-8"))
    ]
    assert not found
