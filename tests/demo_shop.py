"""The demo shop as `packbench demo` leaves it, loaded once and copied for each test that wants one of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.bench.driver import surroundings
from app.db.plain import Reads, reading
from tests.command import run
from tests.postgres import Postgres

DATABASE = "packbench.db"
# Its benches, and the PostgreSQL logins everybody there has.
BENCHES = tuple(f"S{n}" for n in range(1, 8))
SUPERVISOR, HUB, READER = "pb_supervisor", "pb_hub", "pb_reader"


@dataclass(frozen=True)
class Shop:
    """A data folder with the demo shop in it; `printed` is where its printers leave papers, outside of it.

    `shared`: the PostgreSQL database it stands in, as its owner reaches it; empty: a file in the folder.
    """

    home: Path
    printed: Path
    shared: str = ""

    @property
    def url(self) -> str:
        """As who looks on: a supervisor."""
        return self.url_of(SUPERVISOR)

    def url_of(self, login: str) -> str:
        if self.shared:
            return self.shared.replace("//postgres@", f"//{login}@")
        return f"sqlite:///{self.home / DATABASE}"

    @property
    def printer(self) -> str:
        return self.printed.as_uri()

    @property
    def env(self) -> Mapping[str, str]:
        """Of a supervisor's commands."""
        return self.env_of(SUPERVISOR)

    @property
    def hub(self) -> Mapping[str, str]:
        """Of imports, due jobs and checks."""
        return self.env_of(HUB)

    def bench(self, station: str) -> Mapping[str, str]:
        return self.env_of(login_of(station))

    def env_of(self, login: str) -> Mapping[str, str]:
        # Nothing is claimed ahead: these journeys say which job is opened when, the same with a file and a server.
        shared = {"db": self.url_of(login), "claim_ahead": 0} if self.shared else {}
        return surroundings(self.home, confirm_after_s=0, question_timeout_s=30, **shared)

    def reading(self):  # type: ignore[no-untyped-def]
        return reading(self.url)


def login_of(station: str) -> str:
    return f"pb_{station.lower()}"


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("demo")
    code, _, errors = run(surroundings(home), "demo", "--json")
    assert code == 0, errors
    return home


@pytest.fixture(scope="session")
def shared_demo_template(pg: Postgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address, as its owner has it, of a PostgreSQL database with the demo shop, loaded by the hub."""
    shop = Shop(tmp_path_factory.mktemp("shared_demo"), Path(), pg.create())
    benches = [f"--bench={name}={login_of(name)}" for name in BENCHES]
    for who, *words in (
        ("postgres", "init", f"--hub={HUB}", f"--supervisor={SUPERVISOR}", f"--reader={READER}"),
        (HUB, "demo"),
        ("postgres", "init", *benches),
    ):
        code, told, errors = run(shop.env_of(who), *words, "--json")
        assert code == 0, (told, errors)
    return shop.shared


@pytest.fixture
def demo(demo_template: Path, tmp_path: Path) -> Shop:
    home = tmp_path / "home"
    shutil.copytree(demo_template, home)
    (tmp_path / "printed").mkdir()
    return Shop(home, tmp_path / "printed")


@pytest.fixture
def shared_demo(pg: Postgres, shared_demo_template: str, tmp_path: Path) -> Iterator[Shop]:
    """The demo shop in PostgreSQL, where everybody has their own login."""
    url = pg.create(template=shared_demo_template)
    for name in ("home", "printed"):
        (tmp_path / name).mkdir()
    yield Shop(tmp_path / "home", tmp_path / "printed", url)
    pg.drop(url)


@pytest.fixture(params=["demo", "shared_demo"], ids=["sqlite", "postgresql"])
def any_demo(request: pytest.FixtureRequest) -> Shop:
    """Once in a SQLite file and once in PostgreSQL."""
    shop: Shop = request.getfixturevalue(request.param)
    return shop


def balances(read: Reads) -> dict[tuple[str, str], tuple[int, int]]:
    """(on hand, reserved) of every SKU in every warehouse."""
    rows = read("SELECT sku, warehouse, on_hand, reserved FROM stock_balance")
    return {(r["sku"], r["warehouse"]): (r["on_hand"], r["reserved"]) for r in rows}
