"""The demo shop as `packbench demo` leaves it, loaded once and copied for each test that wants one of its own."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.bench.driver import run, surroundings
from app.db.plain import Reads, reading

DATABASE = "packbench.db"


@dataclass(frozen=True)
class Shop:
    """A data folder with the demo shop in it; `printed` is where its printers leave papers, outside of it."""

    home: Path
    printed: Path

    @property
    def url(self) -> str:
        return f"sqlite:///{self.home / DATABASE}"

    @property
    def printer(self) -> str:
        return self.printed.as_uri()

    @property
    def env(self) -> Mapping[str, str]:
        return surroundings(self.home, confirm_after_s=0)

    def reading(self):  # type: ignore[no-untyped-def]
        return reading(self.url)


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("demo")
    code, _, errors = run(surroundings(home), "demo", "--json")
    assert code == 0, errors
    return home


@pytest.fixture
def demo(demo_template: Path, tmp_path: Path) -> Shop:
    home = tmp_path / "home"
    shutil.copytree(demo_template, home)
    (tmp_path / "printed").mkdir()
    return Shop(home, tmp_path / "printed")


def balances(read: Reads) -> dict[tuple[str, str], tuple[int, int]]:
    """(on hand, reserved) of every SKU in every warehouse."""
    rows = read("SELECT sku, warehouse, on_hand, reserved FROM stock_balance")
    return {(r["sku"], r["warehouse"]): (r["on_hand"], r["reserved"]) for r in rows}
