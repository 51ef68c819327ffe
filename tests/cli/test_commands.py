"""The command line as machines and people meet it: JSON alone on stdout, exit codes, words instead of tracebacks."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from app.base.paths import RESOURCES
from app.cli import main
from tests.demo_shop import Shop

DEMO = RESOURCES / "demo"


class Cli:
    """Runs commands in this process, on one data folder."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
        self._capsys = capsys
        monkeypatch.setenv("PACKBENCH_HOME", str(home))

    def __call__(self, *words: str) -> tuple[int, Any, str]:
        """(exit code, the JSON on stdout, stderr)"""
        self._capsys.readouterr()
        code = main([*words, "--json"])
        out, err = self._capsys.readouterr()
        return code, json.loads(out) if out else None, err


@pytest.fixture
def empty(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    return Cli(capsys, monkeypatch, tmp_path / "home")


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, demo: Shop) -> Cli:
    return Cli(capsys, monkeypatch, demo.home)


def test_init_makes_the_database_once(empty: Cli) -> None:
    assert empty("init")[1]["changed"] is True
    assert empty("init")[1]["changed"] is False


def test_without_a_database_every_command_says_how_to_make_one(empty: Cli) -> None:
    for words in (["show", "order", "X"], ["list", "orders"], ["plan"], ["check"], ["jobs"], ["forget", "X"]):
        code, said, _ = empty(*words)
        assert (code, said["error"]) == (1, "not_initialised")
        assert "packbench init" in said["text"]


def test_the_demo_without_orders_has_goods_and_no_orders(empty: Cli) -> None:
    code, said, _ = empty("demo", "--no-orders")
    assert code == 0
    assert said["products"]["added"] >= 60
    assert said["stock"]["added"] > 0
    assert empty("list", "orders")[1] == {"items": [], "after": None}


def test_the_demo_a_second_time_changes_nothing(cli: Cli) -> None:
    before = cli("show", "sku", "CUP-SAND")[1]
    said = cli("demo")[1]
    for name, counts in said.items():
        if name != "plan":
            assert counts.get("added") == 0, name
            assert counts.get("updated") == 0, name
    assert said["plan"]["planned"] == 0
    assert cli("show", "sku", "CUP-SAND")[1] == before


def test_demo_orders_made_for_trouble_become_what_they_must(cli: Cli) -> None:
    import tomllib

    stated = tomllib.loads((DEMO / "trouble.toml").read_text("utf-8"))["order"]
    wrong = []
    for order in stated:
        if order.get("issue") not in (2, "2"):
            continue
        shown = cli("show", "order", order["id"])[1]
        expected = order["outcome"] if isinstance(order.get("outcome"), str) else order["outcome"]["state"]
        state = shown["state"]
        shipments = {s["state"] for s in shown["shipments"]}
        fits = expected == state or (expected in {"ready", "planned"} and shipments == {expected})
        case = order.get("case") or (order["outcome"].get("case") if isinstance(order["outcome"], dict) else None)
        if not fits or (case and case not in {c["kind"] for c in shown["cases"]}):
            wrong.append((order["id"], expected, case, state, shipments, shown["cases"]))
    assert not wrong


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["return", "open"],
        ["backup"],
        ["list"],
        ["list", "orders", "--limit", "0"],
        ["import", "products", "no-such-file.csv"],
        ["stock", "move", "CUP-SAND", "-5", "--warehouse", "LEJ", "--from", "A", "--to", "B"],
        ["floor", "--station", "S1"],
        ["floor", "--station", "S1", "--operator", "PBCHIEF", "--printer", "pigeon://roof"],
        ["--db"],
        ["--db", "pigeon://x", "plan"],
    ],
)
def test_wrong_usage_is_2_and_says_nothing_on_stdout(cli: Cli, words: list[str]) -> None:
    code, said, err = cli(*words)
    assert (code, said) == (2, None)
    assert err.strip()
    assert "Traceback" not in err


@pytest.mark.parametrize("words", [["doctor"], ["init"], ["list", "orders"], ["check"]], ids=" ".join)
@pytest.mark.parametrize(
    "rest",
    ["127.0.0.1:notaport/db", "127.0.0.1:99999/db", "127.0.0.1:1/db?sslmod=require", "[::1/db",
     "127.0.0.1:1/db?connect_timeout=soon", "127.0.0.1:1/db?sslcert=%zz", "one:1,two:2/db"],
)  # fmt: skip
def test_an_address_that_cannot_be_read_is_refused_by_every_command_and_not_repeated(
    empty: Cli, rest: str, words: list[str]
) -> None:
    code, said, err = empty("--db", f"postgresql+psycopg://ada:tulip@{rest}", *words)
    assert (code, said) == (2, None)
    assert "no database's address" in err
    assert not any(part in err for part in ("tulip", "ada", rest))


@pytest.mark.parametrize("url", ["postgresql+psycopg://ada:tu#lip@127.0.0.1:1/db", "postgresql://ada@[::1]:1/db"])
def test_an_address_that_can_be_read_is_tried(empty: Cli, url: str) -> None:
    assert empty("--db", url, "init")[1]["error"] == "database_away"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (["show", "order", "DE-9999"], "nothing_of_that_id"),
        (["show", "spaceship", "X"], "no_such_list"),
        (["list", "spaceships"], "no_such_list"),
        (["plan", "DE-9999"], "unknown_order"),
        (["order", "hold", "DE-9999", "--reason", "x"], "unknown_order"),
        (["case", "settle", "X", "--act", "noted", "--reason", "x"], "unknown_case"),
        (["stock", "receive", "CUP-SAND", "1", "--warehouse", "XXX"], "unknown_warehouse"),
        (["stock", "buffer", "CUP-SAND", "1", "--warehouse", "XXX", "--shop", "DE"], "unknown_warehouse"),
        (["stock", "buffer", "CUP-SAND", "1", "--warehouse", "LEJ", "--shop", "XX"], "unknown_shop"),
        (["stock", "buffer", "NO-SUCH", "1", "--warehouse", "LEJ", "--shop", "DE"], "unknown_sku"),
        (["stock", "receive", "CUP-SAND", "1", "--warehouse", "LEJ", "--bin", "Z"], "unknown_bin"),
        (["floor", "--station", "S99", "--operator", "PBCHIEF", "--printer", "memory://"], "not_found"),
        (["floor", "--station", "S1", "--operator", "PBNOBODY", "--printer", "memory://"], "unknown_badge"),
        (["plan", "--operator", "PBNOBODY"], "unknown_badge"),
        (["order", "cancel", "DE-1001", "--reason", "x", "--operator", "PBPICKER"], "not_allowed"),
        (["forget", "nobody@example.org"], "customer_not_one"),
    ],
)
def test_what_cannot_be_done_is_1_with_its_kind_and_words(cli: Cli, words: list[str], kind: str) -> None:
    code, said, err = cli(*words)
    assert (code, said["error"]) == (1, kind)
    assert said["text"]
    assert "{" not in said["text"]
    assert "Traceback" not in err


def test_lists_come_page_by_page_until_the_end(cli: Cli) -> None:
    ids: list[str] = []
    after: list[str] = []
    while True:
        page = cli("list", "orders", "--limit", "70", *after)[1]
        ids += [item["id"] for item in page["items"]]
        if page["after"] is None:
            break
        after = ["--after", page["after"]]
    assert len(ids) == len(set(ids)) == 200
    assert ids == sorted(ids)
    held = cli("list", "orders", "--state", "held", "--limit", "200")[1]["items"]
    assert {item["state"] for item in held} == {"held"}


@pytest.mark.parametrize("what", ["orders", "shipments", "parcels", "cases", "print-jobs"])
def test_a_state_nothing_is_ever_in_is_wrong_usage_and_the_known_ones_are_named(cli: Cli, what: str) -> None:
    code, said, err = cli("list", what, "--state", "bogus")
    assert (code, said) == (2, None)
    told = " ".join(err.split())
    known = re.search(r"Known: ([\w, ]+)", told)
    assert known, told
    states = known[1].split(", ")
    assert {item["state"] for item in cli("list", what, "--limit", "10000")[1]["items"]} <= set(states)
    assert cli("list", what, "--state", states[-1])[0] == 0


def test_show_has_the_promised_keys(cli: Cli) -> None:
    shipment = cli("show", "shipment", "DE-1001-1")[1]
    assert {"shipment", "order", "state", "warehouse", "lines", "parcels"} <= shipment.keys()
    assert {"sku", "title", "qty", "picked", "packed", "barcodes", "bin"} <= shipment["lines"][0].keys()
    assert {"code", "units"} == shipment["lines"][0]["barcodes"][0].keys()
    order = cli("show", "order", "DE-1001")[1]
    assert {"lines", "shipments", "payment", "tags", "cases", "timeline"} <= order.keys()
    assert cli("show", "sku", "CUP-SAND")[1]["balances"][0].keys() >= {"warehouse", "on_hand", "damaged", "hold"}


def test_orders_files_come_in_once_and_refusals_are_listed(cli: Cli) -> None:
    good = sorted(str(f) for f in (DEMO / "orders" / "de").glob("*.json"))
    code, said, _ = cli("import", "orders", "--channel", "shopify", "--shop", "DE", *good)
    assert code == 0
    assert (said["read"], said["unchanged"], said["added"], said["refused"]) == (120, 120, 0, [])
    bad = sorted(str(f) for f in (DEMO / "orders" / "bad").glob("*.json"))
    code, said, _ = cli("import", "orders", "--channel", "shopify", "--shop", "DE", *bad)
    assert code == 3
    assert said["added"] == 0
    assert len(said["refused"]) == len(bad)
    for refused in said["refused"]:
        assert {"at", "field", "reason"} <= refused.keys()
        assert refused["reason"]


def test_goods_files_are_taken_but_for_their_bad_rows(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "products.csv"
    file.write_text("sku,title,weight_g\nNEW-1,New,100\n,No sku,1\nNEW-2,Heavy,-5\nNEW-3,Fine,7\n", "utf-8")
    code, said, _ = cli("import", "products", str(file))
    assert code == 3
    assert (said["read"], said["added"], len(said["refused"])) == (4, 2, 2)
    assert [r["at"] for r in said["refused"]] == ["row 3", "row 4"]
    latin = tmp_path / "latin.csv"
    latin.write_bytes("sku,title\nÄ,Österreich\n".encode("latin-1"))
    code, said, _ = cli("import", "products", str(latin))
    assert code == 3
    assert "UTF-8" in said["refused"][0]["reason"]


def test_a_delivery_is_received_once(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "delivery.csv"
    file.write_text(
        "warehouse,bin,sku,type,qty\nLEJ,A-01-1,CUP-SAND,on_hand,7\nLEJ,NOWHERE,CUP-SAND,on_hand,7\n", "utf-8"
    )
    before = on_hand(cli)
    code, said, _ = cli("import", "stock", str(file))
    assert (code, said["added"], len(said["refused"])) == (3, 1, 1)
    code, said, _ = cli("import", "stock", str(file))
    assert (code, said["added"], said["unchanged"]) == (3, 0, 1)
    assert on_hand(cli) == before + 7


def on_hand(cli: Cli) -> int:
    balances = cli("show", "sku", "CUP-SAND")[1]["balances"]
    return next(int(b["on_hand"]) for b in balances if b["warehouse"] == "LEJ")


def test_units_are_kept_back_from_a_shop_and_shown_beside_the_product(cli: Cli) -> None:
    kept = ("--shop", "DE", "--warehouse", "LEJ")
    told = {"sku": "CUP-SAND", "warehouse": "LEJ", "shop": "DE"}
    assert cli("stock", "buffer", "CUP-SAND", "4", *kept)[:2] == (0, told | {"buffer": 4, "before": 0})
    assert cli("show", "sku", "CUP-SAND")[1]["buffers"] == [{"shop": "DE", "warehouse": "LEJ", "qty": 4}]
    assert cli("stock", "buffer", "CUP-SAND", "0", *kept)[:2] == (0, told | {"buffer": 0, "before": 4})
    assert cli("show", "sku", "CUP-SAND")[1]["buffers"] == []


def test_stock_is_received_moved_counted_and_adjusted(cli: Cli) -> None:
    before = on_hand(cli)
    place = ("--warehouse", "LEJ", "--bin", "A-01-1")
    assert cli("stock", "receive", "CUP-SAND", "5", *place, "--delivery", "D1")[1]["received"] == 5
    assert cli("stock", "receive", "CUP-SAND", "5", *place, "--delivery", "D1")[1]["received"] == 0
    assert on_hand(cli) == before + 5
    code, said, _ = cli("stock", "move", "CUP-SAND", "2", "--warehouse", "LEJ", "--from", "A-01-1", "--to", "A-01-2")
    assert (code, said["moved"]) == (0, 2)
    lies = {p["place"]: p["on_hand"] for p in cli("show", "sku", "CUP-SAND")[1]["places"] if p["warehouse"] == "LEJ"}
    assert (
        cli("stock", "count", "CUP-SAND", str(lies["A-01-2"] + 3), "--warehouse", "LEJ", "--bin", "A-01-2")[1][
            "difference"
        ]
        == 3
    )
    assert cli("stock", "adjust", "CUP-SAND", *place, "--by", "-1", "--reason", "sample")[0] == 0
    assert on_hand(cli) == before + 5 + 3 - 1
    assert cli("check")[0] == 0


def test_a_supervisor_holds_releases_notes_and_cancels(cli: Cli) -> None:
    badge = ("--operator", "PBCHIEF")
    assert cli("order", "hold", "DE-1002", "--reason", "asked by phone", *badge)[1]["state"] == "held"
    assert cli("show", "shipment", "DE-1002-1")[1]["state"] == "held"
    assert cli("order", "release", "DE-1002", *badge)[1]["state"] == "planned"
    assert cli("order", "note", "DE-1002", "handle with care", *badge)[0] == 0
    assert cli("show", "order", "DE-1002")[1]["notes"][-1]["by"] == "PBCHIEF"
    assert cli("order", "cancel", "DE-1002", "--reason", "changed mind", *badge)[1]["state"] == "cancelled"
    assert cli("show", "shipment", "DE-1002-1")[1]["reserved"] == []
    assert cli("check")[0] == 0


def test_an_incomplete_address_is_settled_and_the_order_planned(cli: Cli) -> None:
    [case] = [c for c in cli("show", "order", "DE-1036")[1]["cases"] if c["kind"] == "incomplete_address"]
    settle = (
        "case",
        "settle",
        case["id"],
        "--act",
        "correct_address",
        "--reason",
        "asked",
        "--value",
        "postcode=00-950",
    )
    code, said, _ = cli(*settle)
    assert (code, said) == (0, {"case": case["id"], "state": "settled", "act": "correct_address"})
    assert cli("plan", "DE-1036")[1]["planned"] == 1
    assert {s["state"] for s in cli("show", "order", "DE-1036")[1]["shipments"]} == {"ready"}
    assert cli(*settle)[1]["error"] == "case_settled"


def test_an_unknown_sku_is_mapped_and_the_order_planned(cli: Cli) -> None:
    order = cli("show", "order", "DE-1014")[1]
    [case] = [c for c in order["cases"] if c["kind"] == "unknown_sku"]
    values = ("--value", "code=CUP-SNOW", "--value", "sku=CUP-SAND")
    assert cli("case", "settle", case["id"], "--act", "map_sku", "--reason", "renamed", *values)[0] == 0
    assert cli("plan")[1]["planned"] == 1
    assert cli("show", "order", "DE-1014")[1]["state"] == "planned"


def test_a_pin_replans_around_it(cli: Cli) -> None:
    order = cli("show", "order", "DE-1001")[1]
    service = {(s["carrier"], s["service"]) for s in order["shipments"]}
    explained = cli("plan", "DE-1001", "--explain")[1]
    assert explained["trace"]
    assert all(line["text"] for line in explained["trace"])
    code, said, _ = cli("order", "pin", "DE-1001", "parcels", "*", "BOX-L")
    assert (code, said["planned"]) == (0, 1)
    assert {
        (s["carrier"], s["service"]) for s in cli("show", "order", "DE-1001")[1]["shipments"] if s["state"] == "ready"
    } <= service
    assert cli("order", "pin", "DE-1001", "nonsense", "*", "X")[1]["error"] == "bad_input"


def test_a_cart_is_quoted_with_duties(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "cart.json"
    file.write_text(json.dumps({"shop": "DE", "country": "CH", "lines": [{"sku": "CUP-SAND", "qty": 2}]}), "utf-8")
    code, said, _ = cli("quote", str(file))
    assert code == 0
    assert said["landed_minor"] >= said["goods_minor"] + said["carriage_minor"] > 0
    file.write_text("{", "utf-8")
    code, said, _ = cli("quote", str(file))
    assert (code, said["error"]) == (1, "bad_input")


def test_a_file_that_is_no_database_and_a_folder_that_cannot_be_are_said_in_words(empty: Cli, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear customer, thank you for your order", "utf-8")
    for words in (["init"], ["check"], ["show", "order", "X"]):
        code, said, _ = empty("--db", f"sqlite:///{file}", *words)
        assert (code, said["error"]) == (1, "not_a_database")
    code, said, _ = empty("--db", f"sqlite:///{file / 'x.db'}", "init")
    assert (code, said["error"]) == (1, "system")
    assert file.read_text("utf-8").startswith("Dear")


def test_what_the_system_refuses_is_said_without_a_place_where_it_names_none(empty: Cli) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no device here that is always full")
    assert empty("init")[0] == 0
    code, said, _ = empty("sheet", "commands", "--out", str(full))
    assert (code, said["text"]) == (1, "The system refused: No space left on device")


def test_a_bug_of_ours_is_one_line_and_a_file_without_its_values(
    cli: Cli, demo: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.desk.views import show

    def broken(*_: object) -> None:
        raise KeyError("Jane Doe, 1 Secret Street")

    monkeypatch.setattr(show, "order", broken)
    code, said, err = cli("show", "order", "DE-1001")
    assert (code, said["error"]) == (1, "bug")
    log = (demo.home / "packbench.log").read_text("utf-8")
    assert "KeyError" in log
    assert "broken" in log
    assert "Secret" not in log + said["text"] + err


def test_what_a_thread_dies_of_goes_into_the_file_and_not_onto_the_terminal(
    cli: Cli, demo: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    import logging
    import threading

    from app.desk.views import show

    def dying() -> None:
        raise LookupError("Jane Doe")

    def odd(*_: object) -> dict[str, str]:
        thread = threading.Thread(target=dying, name="odd")
        thread.start()
        thread.join()
        try:
            raise OSError("1 Secret Street")
        except OSError:
            logging.getLogger("app.odd").exception("could not do it for %s", "Jane Doe")
        return {}

    monkeypatch.setattr(show, "order", odd)
    code, _, err = cli("show", "order", "DE-1001")
    assert (code, err) == (0, "")
    log = (demo.home / "packbench.log").read_text("utf-8")
    assert "LookupError" in log
    assert "app.odd: could not do it for …\n" in log
    assert "Jane" not in log
    assert "Secret" not in log


def test_german_is_spoken_where_it_is_set(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.cli import words

    monkeypatch.setenv("PACKBENCH_LANGUAGE", "de")
    words.language.cache_clear()
    try:
        assert "gibt es nicht" in cli("show", "order", "DE-9999")[1]["text"]
    finally:
        words.language.cache_clear()


def test_benches_are_listed_and_shown_with_what_they_hold_since_when(cli: Cli) -> None:
    code, said, _ = cli("list", "stations", "--state", "free", "--limit", "2")
    assert code == 0
    assert [one["id"] for one in said["items"]] == ["S1", "S2"]
    assert said["after"] == "S2"
    code, shown, _ = cli("show", "station", "S1")
    assert (code, shown["id"], shown["claims"]) == (0, "S1", [])
    assert cli("show", "station", "S99")[0] == 1
    assert cli("list", "stations", "--state", "asleep")[0] == 2
