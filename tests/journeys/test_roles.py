"""A day's acts in a shared PostgreSQL, each by the login of whose act it is, and refused to the others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.base.paths import RESOURCES
from app.bench.driver import open_bench
from app.cases.case import KINDS
from app.cli import main
from tests.demo_shop import HUB, READER, SUPERVISOR, Shop, login_of

DEMO = RESOURCES / "demo"
Does = Callable[..., dict[str, Any]]


@pytest.fixture
def does(shared_demo: Shop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Does:
    """`does(login, *words)`: the command's answer with its exit code, as that login."""
    monkeypatch.setenv("PACKBENCH_HOME", str(shared_demo.home))

    def do(login: str, *words: str) -> dict[str, Any]:
        badge = [] if login == HUB or "--operator" in words else ["--operator", "PBCHIEF"]
        code = main([*words, *badge, "--json", "--db", shared_demo.url_of(login)])
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        return told | {"exit": code}

    return do


def test_a_supervisors_acts_are_a_supervisors(does: Does) -> None:
    order = "DE-1001"
    for words in (
        ["order", "note", order, "rings twice"],
        ["order", "hold", order, "--reason", "asks"],
        ["order", "address", order, "--city", "Leipzig", "--reason", "moved"],
        ["order", "release", order],
        ["plan"],
        ["order", "pin", order, "split", "*", "LEJ"],
        ["order", "pin", order, "split", "*", "-"],
        ["order", "cancel", order, "--reason", "asked"],
        ["list", "orders"],
        ["list", "cases"],
        ["show", "order", order],
        ["claim", "list"],
    ):
        told = does(SUPERVISOR, *words)
        assert told["exit"] == 0, (words, told)
    assert does(SUPERVISOR, "show", "order", order)["state"] == "cancelled"


def test_goods_are_counted_moved_and_corrected_by_a_supervisor(does: Does, shared_demo: Shop) -> None:
    with shared_demo.reading() as read:
        [place] = read(
            "SELECT p.sku, p.warehouse, p.place, p.on_hand FROM stock_place p JOIN sku s ON s.sku = p.sku"
            " JOIN bin b ON b.warehouse = p.warehouse AND b.bin = p.place"
            " WHERE p.on_hand > 5 AND p.lot = '' AND p.serial = '' AND NOT s.lot_tracked AND NOT s.serial_tracked"
            " ORDER BY p.sku LIMIT 1"
        )
        [other] = read(
            "SELECT bin FROM bin WHERE warehouse = :w AND bin <> :b ORDER BY bin LIMIT 1",
            w=place["warehouse"],
            b=place["place"],
        )
    sku, where = place["sku"], ["--warehouse", place["warehouse"]]
    for words in (
        ["stock", "receive", sku, "2", *where, "--bin", place["place"]],
        ["stock", "move", sku, "1", *where, "--from", place["place"], "--to", other["bin"]],
        ["stock", "adjust", sku, *where, "--bin", place["place"], "--by", "-1", "--reason", "lost"],
        ["stock", "count", sku, "1", *where, "--bin", place["place"]],
    ):
        assert does(SUPERVISOR, *words)["exit"] == 0, words
    assert does(HUB, "check")["findings"] == []


def test_a_case_is_settled_by_a_supervisor(does: Does) -> None:
    cases = does(SUPERVISOR, "list", "cases", "--limit", "500")["items"]
    for case in cases:
        for act in KINDS[case["kind"]]:
            said = does(SUPERVISOR, "case", "settle", case["id"], "--act", act, "--reason", "tried")
            assert said.get("error", "") != "login_may_not", (case, act, said)
    assert does(HUB, "check")["findings"] == []


def test_imports_jobs_and_keeping_house_are_the_hubs(does: Does, tmp_path: Path) -> None:
    later = str(DEMO / "orders" / "updates" / "02-1113-paid.json")
    for order in ("DE-1001", "DE-1084"):  # one customer's
        assert does(SUPERVISOR, "order", "cancel", order, "--reason", "asked")["exit"] == 0
    for words in (
        ["import", "orders", "--channel", "shopify", "--shop", "DE", later],
        ["import", "site", str(DEMO / "site.toml")],
        ["plan"],
        ["jobs"],
        ["backup", str(tmp_path / "copy.zip")],
        ["forget", "DE-1001"],
        ["archive", "--before", "2026-01"],
        ["check"],
        ["doctor"],
        ["list", "orders"],
    ):
        told = does(HUB, *words)
        assert told["exit"] == 0, (words, told)


# What the roles were not given, because people wrote it or because of whom it tells.
UNSEEN = {
    SUPERVISOR: set(),
    HUB: set(),
    login_of("S1"): {"notes", "plan", "buffers"},
    READER: {"tags", "address", "forgotten_at", "titles", "notes"},
}


@pytest.mark.parametrize("login", list(UNSEEN))
def test_everything_is_shown_to_every_role_but_for_what_is_said_to_be_unseen(
    does: Does, login: str, shared_demo: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    order, sku = "DE-1042", "CUP-SAND"
    assert does(SUPERVISOR, "order", "note", order, "rings twice")["exit"] == 0
    [case, *_] = does(SUPERVISOR, "list", "cases")["items"]
    ids = {"order": order, "shipment": f"{order}-1", "sku": sku, "case": case["id"], "station": "S1"}
    shown = {what: does(login, "show", what, id_) for what, id_ in ids.items()}
    assert {what: said["exit"] for what, said in shown.items()} == dict.fromkeys(shown, 0)
    assert {part for said in shown.values() for part in said.get("unseen", ())} == UNSEEN[login]
    whole, seen = shown["order"], UNSEEN[login]
    assert bool(whole["address"]) == ("address" not in seen)
    assert [note["body"] for note in whole["notes"]][-1:] == ([] if "notes" in seen else ["rings twice"])
    assert bool(whole["plan"]) == ("plan" not in seen)
    assert all(line["qty"] and bool(line["title"]) == ("titles" not in seen) for line in whole["lines"])
    assert whole["timeline"]
    assert main(["show", "order", order, "--db", shared_demo.url_of(login)]) == 0
    said = capsys.readouterr().err
    assert ("what people wrote" in said) == ("notes" in seen)
    assert "order_" not in said


@pytest.mark.parametrize(
    ("login", "words"),
    [
        (login_of("S1"), ["order", "cancel", "DE-1001", "--reason", "x"]),
        (login_of("S1"), ["import", "site", str(DEMO / "site.toml")]),
        (login_of("S1"), ["init", "--supervisor", login_of("S1")]),
        (SUPERVISOR, ["import", "site", str(DEMO / "site.toml")]),
        (SUPERVISOR, ["init", "--hub", SUPERVISOR]),
        (HUB, ["init", "--bench", f"S1={HUB}"]),
        (READER, ["order", "hold", "DE-1001", "--reason", "x"]),
    ],
)  # fmt: skip
def test_what_is_anothers_act_is_refused_with_a_word_and_nothing_is_done(
    does: Does, shared_demo: Shop, login: str, words: list[str]
) -> None:
    told = does(login, *words)
    assert (told["exit"], told["error"]) == (1, "login_may_not"), told
    assert "permission" not in told["text"]
    assert "init" not in told["text"]
    with shared_demo.reading() as read:
        assert read("SELECT state FROM order_ WHERE id = 'DE-1001'") == [{"state": "planned"}]


def test_a_bench_that_is_not_this_logins_is_told_whose_it_is(
    shared_demo: Shop,
) -> None:
    with open_bench(shared_demo.bench("S2"), "S1", shared_demo.printer) as bench:
        bench.process.wait()
    with shared_demo.reading() as read:
        assert read("SELECT incarnation FROM station WHERE name = 'S1'") == [{"incarnation": ""}]


@pytest.mark.parametrize("login", [SUPERVISOR, READER, login_of("S1")])
def test_only_who_runs_the_house_acts_without_a_badge(
    shared_demo: Shop, login: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["order", "hold", "DE-1001", "--reason", "x", "--json"]
    code = main([*words, "--db", shared_demo.url_of(login)])
    told = json.loads(capsys.readouterr().out)
    assert (code, told["error"], login in told["text"]) == (1, "badge_wanted", True)
    assert main([*words, "--db", shared_demo.url_of(HUB)]) == 0
