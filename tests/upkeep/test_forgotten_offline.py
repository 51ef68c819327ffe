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


@pytest.fixture(params=["sqlite", "postgresql"])
def url(demo: Shop, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The address of the demo shop's database, on either engine."""
    if request.param == "sqlite":
        return demo.url
    moved: str = request.getfixturevalue("fresh_pg")
    done(demo.env, "backup", str(tmp_path / "moved.zip"))
    done(surroundings(tmp_path / "office", db=moved), "restore", str(tmp_path / "moved.zip"))
    return moved


def handed_over(demo: Shop, env: Mapping[str, str], url: str) -> str:
    """Its bench packs the order, hands it over and is switched off: the bench's name."""
    with demo.reading() as read:
        listed = store.listing(read, "shipments", state=None, limit=10_000, after=None)
    [(warehouse, some)] = by_warehouse(row for row in listed if row["order_id"] == ORDER).items()
    work_off(env, url, BENCHES[warehouse], some, demo.printer)
    return BENCHES[warehouse]


def test_no_trace_is_left_once_the_bench_is_back(demo: Shop, tmp_path: Path, url: str) -> None:
    words = [text for key, text in said_of(demo, ORDER).items() if key != "customer" and text]
    bench_s = surroundings(demo.home, confirm_after_s=0, db=url)
    office = surroundings(tmp_path / "office", db=url)  # another machine: it can't reach into the bench's folder
    stations = demo.home / "stations"

    # Its label and the address it printed lie on the bench's disk.
    station = handed_over(demo, bench_s, url)
    assert {word for _, word in traces(stations, words)}
    backup = tmp_path / "older.zip"
    done(office, "backup", str(backup))

    # Forgotten, while it is off: it is waited for, and the backup is named.
    told = done(office, "forget", ORDER)
    assert told["waiting"] == [station]
    assert any(str(place).endswith("/older.zip") for place in told["handed_out"])  # type: ignore[attr-defined]
    assert not in_rows(url, words)
    assert {word for _, word in traces(stations, words)}

    # The older backup comes back, with the customer in it.
    restored = done(office, "restore", str(backup), "--over", "--force")
    assert len(restored["forgotten"]) == 1  # type: ignore[arg-type]
    assert (restored["held"], restored["findings"]) == ([], [])
    assert not in_rows(url, words)

    # And the bench is switched on again.
    with open_bench(bench_s, station, demo.printer) as bench:
        bench.scan("PBHELP")
        assert confirmed(office, str(told["customers"][0]))  # type: ignore[index]
        assert not set(traces(stations, words))
    assert not set(traces(stations, words))
    assert not in_rows(url, words)
    if url == demo.url:
        assert not set(traces(demo.home, words))
    assert done(office, "check")["findings"] == []


def test_an_order_that_comes_back_alive_is_held_and_what_its_bench_did_is_asked_about(
    demo: Shop, tmp_path: Path, url: str
) -> None:
    words = [text for key, text in said_of(demo, ORDER).items() if key != "customer" and text]
    bench_s = surroundings(demo.home, confirm_after_s=0, db=url)
    office = surroundings(tmp_path / "office", db=url)
    backup = str(tmp_path / "older.zip")
    done(office, "backup", backup)
    station = handed_over(demo, bench_s, url)
    done(office, "forget", ORDER)

    restored = done(office, "restore", backup, "--over", "--force")
    assert (restored["held"], restored["findings"]) == ([ORDER], [])
    assert ORDER in str(restored["text"])
    shown = done(office, "show", "order", ORDER)
    [shipment] = shown["shipments"]  # type: ignore[misc]
    assert (shown["state"], shipment["state"], waiting(office)) == ("held", "held", {"incomplete_address"})

    # The bench sends again what it did: nothing of it is lost, nothing is packed for nobody.
    with open_bench(bench_s, station, demo.printer) as bench:
        bench.scan("PBPICKER")
        assert bench.scan(shipment["shipment"])["message"] == "held"  # a question: all facts went before it
    assert waiting(office) == {"incomplete_address", "late_fact"}
    assert done(office, "check")["findings"] == []

    # Each case is settled by an act it offers, and then all of it is over.
    for kind, act in (("late_fact", "discard"), ("bring_back", "brought_back"), ("incomplete_address", "cancel")):
        some = [case["id"] for case in open_cases(office) if case["kind"] == kind]
        assert some, kind
        for case in some:
            done(office, "case", "settle", case, "--act", act, "--reason", "it had left before")
    assert waiting(office) == set()
    assert not in_rows(url, words)
    assert done(office, "check")["findings"] == []


def open_cases(env: Mapping[str, str]) -> list[dict[str, str]]:
    """Those of no order of the demo shop but this one."""
    items = done(env, "list", "cases", "--state", "open", "--limit", "100")["items"]
    return [case for case in items if case["order_id"] in (None, ORDER)]  # type: ignore[attr-defined]


def waiting(env: Mapping[str, str]) -> set[str]:
    return {case["kind"] for case in open_cases(env)}
