"""Who has what, and taking it over, from the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from app.cli import main
from app.db import Database
from app.floor.claim import LEASE, open_work
from tests.small_site import PACKER, build, ship


@pytest.fixture
def url(sqlite_database: Database) -> str:
    """S1 opened an order long ago and was not heard since, S2 another one just now."""
    now = datetime.now(UTC)
    with sqlite_database.write() as tx:
        build(tx, now)
        for n, station, at in ((1, "S1", now - 2 * LEASE), (2, "S2", now - timedelta(minutes=1))):
            ship(tx, f"DE-{n}", [("CUP", 1)], now)
            open_work(tx, op_id=station, station=station, operator=PACKER, code=f"DE-{n}-1", now=at)
    return f"sqlite:///{sqlite_database.engine.url.database}"


def said(capsys: pytest.CaptureFixture[str], url: str, *words: str) -> tuple[int, dict[str, object]]:
    code = main([*words, "--db", url, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_the_list_says_who_has_what_and_who_is_silent(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, answer = said(capsys, url, "claim", "list")
    rows = answer["items"]
    assert isinstance(rows, list)
    assert (code, [(r["station"], r["state"], r["operator"], r["shipments"]) for r in rows]) == (
        0,
        [("S1", "silent", "PBPICKER", ["DE-1-1"]), ("S2", "heard", "PBPICKER", ["DE-2-1"])],
    )
    assert said(capsys, url, "show", "shipment", "DE-2-1")[1]["claimed_for"] == "PBPICKER"


def test_a_silent_stations_work_is_taken_over_and_one_that_is_heard_only_by_force_with_a_reason(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    chief = ("--operator", "PBCHIEF")
    code, answer = said(capsys, url, "claim", "takeover", "S1", *chief)
    assert (code, [one["by"] for one in answer["claims"]]) == (0, ["PBCHIEF"])  # type: ignore[attr-defined]
    assert said(capsys, url, "show", "shipment", "DE-1-1")[1]["state"] == "ready"
    assert said(capsys, url, "claim", "takeover", "S2", *chief)[1]["error"] == "station_heard"
    assert said(capsys, url, "claim", "takeover", "S2", "--force", *chief)[1]["error"] == "bad_input"
    assert said(capsys, url, "claim", "takeover", "S2", "--force", "--reason", "gone home", *chief)[0] == 0
    assert said(capsys, url, "claim", "takeover", "S2", *chief)[1]["error"] == "nothing_held"
    assert said(capsys, url, "claim", "takeover", "S99", *chief)[1]["error"] == "no_station_or_claim"
    assert said(capsys, url, "claim", "takeover", "S2", "--operator", "PBPICKER")[1]["error"] == "not_allowed"


def test_a_bin_is_counted_behind_a_silent_bench_only_by_force(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    count = ("stock", "count", "CUP", "11", "--warehouse", "LEJ", "--bin", "A-01", "--operator", "PBCHIEF")
    code, answer = said(capsys, url, *count)
    assert (code, answer["error"]) == (1, "count_in_flight")
    assert all(part in str(answer["text"]) for part in ("2 × CUP", "A-01", "S1 (–), S2 (–)"))  # neither was ever heard
    code, answer = said(capsys, url, *count, "--force")
    assert (code, answer["counted"], answer["difference"]) == (0, 11, -1)
