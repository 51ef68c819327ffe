"""A customer is forgotten while the bench that packed for them is switched off, and then an older backup comes back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from app.bench.driver import open_bench, surroundings
from app.bench.shift import by_warehouse, work_off
from app.db import copy, open_database
from app.desk.views import store
from tests.command import run
from tests.demo_shop import Shop
from tests.upkeep.test_forget import BENCHES, confirmed, said_of, traces

ORDER = "DE-1003"


def done(env: Mapping[str, str], *words: str) -> dict[str, object]:
    code, told, errors = run(env, *words, "--json")
    assert code == 0, (told, errors)
    return dict(json.loads(told))


def in_rows(url: str, words: list[str]) -> set[str]:
    """Words that stand in any row of the shared database."""
    with closing(open_database(url)) as database, database.read() as tx:
        said = "\n".join(json.dumps(row, ensure_ascii=False) for kept in copy.tables(tx) for row in copy.rows(tx, kept))
    return {word for word in words if word in said}


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_no_trace_is_left_once_the_bench_is_back(
    demo: Shop, tmp_path: Path, engine: str, request: pytest.FixtureRequest
) -> None:
    words = [text for key, text in said_of(demo, ORDER).items() if key != "customer" and text]
    url = demo.url
    if engine == "postgresql":
        url = request.getfixturevalue("fresh_pg")
        done(demo.env, "backup", str(tmp_path / "moved.zip"))
        done(surroundings(tmp_path / "office", db=url), "restore", str(tmp_path / "moved.zip"))
    bench_s = surroundings(demo.home, confirm_after_s=0, db=url)
    office = surroundings(tmp_path / "office", db=url)  # another machine: it can't reach into the bench's folder
    stations = demo.home / "stations"

    # The bench packs, hands over and is switched off; its label and the address it printed lie on its disk.
    with demo.reading() as read:
        listed = store.listing(read, "shipments", state=None, limit=10_000, after=None)
    [(warehouse, some)] = by_warehouse(row for row in listed if row["order_id"] == ORDER).items()
    work_off(bench_s, url, BENCHES[warehouse], some, demo.printer)
    assert {word for _, word in traces(stations, words)}
    backup = tmp_path / "older.zip"
    done(office, "backup", str(backup))

    # Forgotten, while it is off: it is waited for, and the backup is named.
    told = done(office, "forget", ORDER)
    assert told["waiting"] == [BENCHES[warehouse]]
    assert any(str(place).endswith("/older.zip") for place in told["handed_out"])  # type: ignore[attr-defined]
    assert not in_rows(url, words)
    assert {word for _, word in traces(stations, words)}

    # The older backup comes back, with the customer in it.
    restored = done(office, "restore", str(backup), "--over", "--force")
    assert len(restored["forgotten"]) == 1  # type: ignore[arg-type]
    assert restored["findings"] == []
    assert not in_rows(url, words)

    # And the bench is switched on again.
    with open_bench(bench_s, BENCHES[warehouse], demo.printer) as bench:
        bench.scan("PBHELP")
        assert confirmed(office, str(told["customers"][0]))  # type: ignore[index]
        assert not set(traces(stations, words))
    assert not set(traces(stations, words))
    assert not in_rows(url, words)
    if engine == "sqlite":
        assert not set(traces(demo.home, words))
    assert done(office, "check")["findings"] == []
