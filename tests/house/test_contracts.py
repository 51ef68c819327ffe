"""The import contracts of pyproject.toml: kept by the tree, each broken by a planted wrong import.

All plants stand in one copy of the tree, so that import-linter runs twice for the whole file and not once
for each contract; a contract counts as broken only by naming its own plant.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# The rooms of app/ in the order of DESIGN, "The house": a room imports only from rooms before it.
HOUSE = (
    "base",
    "settings",
    "db",
    "site",
    "cases",
    "messages",
    "catalog",
    "stock",
    "orders",
    "shipments",
    "customs",
    "carriers",
    "planning",
    "returns",
    "floor",
    "desk",
    "channels",
    "reports",
    "station",
    "hub",
    "upkeep",
    "bench",
    "bootstrap",
    "cli",
)

LAYERS = "A folder of app imports only from folders earlier in the house"


@dataclass(frozen=True)
class Plant:
    """A file that breaks a contract: `line` stands in `module`; the contract's report must name both ends."""

    contract: str
    module: str
    line: str
    reported: str


def _plant(contract: str, module: str, imported: str) -> Plant:
    return Plant(contract, module, f"import {imported}", imported)


PLANTS = (
    _plant(
        "The screens sit on the application, the application on the printers",
        "printers.planted_up",
        "app.base",
    ),
    _plant(
        "The screens sit on the application, the application on the printers",
        "app.base.planted_ui",
        "ui.shell",
    ),
    _plant(
        "Languages and transports of the printers do not know each other",
        "printers.languages.planted",
        "printers.transports.planted_end",
    ),
    _plant(
        "Languages and transports of the printers do not know each other",
        "printers.transports.planted",
        "printers.languages.planted_end",
    ),
    _plant("Qt stays in ui", "app.station.planted_qt", "PySide6"),
    _plant("Qt stays in ui", "printers.planted_qt", "shiboken6"),
    _plant("SQL stays in tables, stores and db", "app.stock.planted_sql", "sqlalchemy"),
    _plant("SQL stays in tables, stores and db", "ui.planted_sql", "sqlalchemy"),
    _plant("Migrations stay in db", "app.stock.planted_alembic", "alembic"),
    _plant("Rows never leave a store", "app.stock.planted_rows", "app.stock.tables"),
    _plant("Workflows and stages know neither SQL nor the clock", "app.floor.workflows.planted", "app.base.clock"),
    _plant("Workflows and stages know neither SQL nor the clock", "app.planning.stages.planted", "app.db"),
    _plant("Workflows and stages know neither SQL nor the clock", "app.planning.stages.planted_sql", "sqlalchemy"),
    _plant("The rules of customs know neither SQL nor the clock", "app.customs.planted_clock", "app.base.clock"),
    _plant("The rules of customs know neither SQL nor the clock", "app.customs.planted_rows", "app.customs.store"),
    _plant("The rules of customs know neither SQL nor the clock", "app.customs.planted_sql", "sqlalchemy"),
    _plant("Devices and local files belong to the station", "app.floor.planted_journal", "sqlite3"),
    _plant("Devices and local files belong to the station", "app.floor.planted_scale", "serial"),
    _plant("Presenters are plain Python", "ui.screens.planted_one.presenter", "PySide6"),
    _plant("Screens do not know each other", "ui.screens.planted_one.view", "ui.screens.planted_two.view"),
    _plant("What the window shows does not know the window", "ui.screens.planted_one.view", "ui.shell"),
    _plant("What the window shows does not know the window", "ui.desk.planted", "ui.simulator"),
    _plant("Widgets do not know what they show it for", "ui.widgets.planted", "app.floor"),
    _plant("Widgets do not know what they show it for", "ui.look.planted", "app.station"),
    _plant(LAYERS, "app.station.planted_wiring", "app.bootstrap"),  # bootstrap alone wires; cli and ui start it
    Plant("No package cycles", "app.stock.planted_a.here", "import app.stock.planted_b.here", "app.stock"),
    Plant(LAYERS, "app.stray", "", "app.stray"),
    *(
        Plant(LAYERS, f"app.{lower}.planted_up", f"import app.{upper}", f"app.{upper}")
        for lower, upper in pairwise(HOUSE)
    ),
)

# What the plants import, where the tree has nothing of that name yet.
ENDS = {
    "printers.transports.planted_end": "",
    "printers.languages.planted_end": "",
    "ui.screens.planted_two.view": "",
    "ui.screens.planted_two.presenter": "",
    "app.stock.planted_b.here": "import app.stock.planted_a.here",
    "app.customs.store": "import sqlalchemy",  # rules must not reach SQL through it
    "app.stock.tables": "import sqlalchemy",
}

# Reads the contracts in the current folder, which is first on the path: the copy, not the installed tree.
LINT = """
import json
from importlinter import api
from importlinter.application import use_cases
options = use_cases.read_user_options("pyproject.toml")
use_cases._register_contract_types(options)
report = use_cases.create_report(options, cache_dir=None)
print(json.dumps({
    "kept": {contract.name: check.kept for contract, check in report.get_contracts_and_checks()},
    "why": {contract.name: repr(check.metadata) for contract, check in report.get_contracts_and_checks()},
    "invalid": {name: str(error) for name, error in report.invalid_contract_options.items()},
}))
"""


def _copy_tree(to: Path) -> Path:
    """The packages as they stand, modules only, with the contracts beside them."""
    for package in ("app", "ui", "printers"):
        shutil.copytree(ROOT / package, to / package, ignore=_all_but_python)
    shutil.copy(ROOT / "pyproject.toml", to)
    return to


def _all_but_python(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if not name.endswith(".py") and not Path(folder, name).is_dir()} | {"__pycache__"}


def _write(tree: Path, module: str, text: str) -> None:
    """Put `module` into the copy, with the packages on the way; a room that is one file becomes a package."""
    *packages, last = module.split(".")
    folder = tree
    for package in packages:
        folder /= package
        folder.mkdir(exist_ok=True)
        one_file = folder.with_suffix(".py")
        if one_file.exists():
            one_file.rename(folder / "__init__.py")
        (folder / "__init__.py").touch()
    path = folder / last / "__init__.py" if (folder / last).is_dir() else folder / f"{last}.py"
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{text}\n")


def _lint(tree: Path) -> dict[str, dict[str, str]]:
    done = subprocess.run(
        [sys.executable, "-c", LINT], cwd=tree, capture_output=True, text=True, timeout=500, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, dict[str, str]] = json.loads(done.stdout.splitlines()[-1])
    assert not found["invalid"], found["invalid"]
    return found


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """What import-linter says of the tree with every plant in it."""
    tree = _copy_tree(tmp_path_factory.mktemp("planted"))
    for room in HOUSE:
        _write(tree, f"app.{room}", "")
    for module, text in ENDS.items():
        _write(tree, module, text)
    for plant in PLANTS:
        _write(tree, plant.module, plant.line)
    return _lint(tree)


def test_the_tree_keeps_every_contract(tmp_path: Path) -> None:
    found = _lint(_copy_tree(tmp_path))
    broken = {name: found["why"][name] for name, kept in found["kept"].items() if not kept}
    assert not broken


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: f"{plant.module}-{plant.reported}")
def test_a_planted_wrong_import_breaks_its_contract(plant: Plant, planted: dict[str, dict[str, str]]) -> None:
    why = planted["why"][plant.contract]
    assert not planted["kept"][plant.contract]
    assert plant.module in why
    assert plant.reported in why


def test_every_contract_has_a_plant() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    assert {contract["name"] for contract in contracts} == {plant.contract for plant in PLANTS}
