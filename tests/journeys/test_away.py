"""The shared database is away: a bench started anew goes on with what it has claimed, and sends it later."""

from __future__ import annotations

import json

from app.bench.driver import open_bench, run, surroundings
from app.hub.places import claim_folder
from tests.demo_shop import Shop, login_of

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"


def test_a_bench_started_while_the_database_is_away_finishes_what_it_has_claimed(any_demo: Shop) -> None:
    demo = any_demo
    with open_bench(demo.bench("S1"), "S1", demo.printer) as bench:
        bench.follow("DE-1001-1")
        first = bench.scan("DE-1001-1")
        shown = bench.scan(first["next"][0])
    stations = demo.home / "stations"
    [here] = [folder for folder in stations.iterdir() if (folder / "journal.db").exists()]
    owner = (here / "database").read_text("ascii").split()[0]
    claim_folder(stations, "S1", owner, NOWHERE)  # as if the database had been reached at that address before

    away = surroundings(demo.home, confirm_after_s=0, db=NOWHERE)
    with open_bench(away, "S1", demo.printer) as bench:
        stands = bench.scan("PBHELP")
        assert (stands["job"], stands["progress"]) == (shown["job"], shown["progress"])
        assert bench.finish(stands)["message"] == "job_done"
        assert bench.scan("DE-1003-1")["message"] == "no_answer"  # opening work is a question to the database
    assert list(demo.printed.glob("DE-1001-1%2F1 parcel_label 1.zpl"))
    assert json.loads(run(demo.env, "show", "shipment", "DE-1001-1", "--json")[1])["state"] == "packing"

    claim_folder(stations, "S1", owner, demo.url_of(login_of("S1")))
    with open_bench(demo.bench("S1"), "S1", demo.printer) as bench:
        bench.scan("PBHELP")
    assert json.loads(run(demo.env, "show", "shipment", "DE-1001-1", "--json")[1])["state"] == "labelled"
    assert run(demo.hub, "check")[0] == 0


def test_a_bench_never_opened_here_cannot_start_without_the_database(demo: Shop) -> None:
    away = surroundings(demo.home, db=NOWHERE)
    words = ["floor", "--station", "S1", "--operator", "PBCHIEF", "--printer", demo.printer, "--json"]
    code, told, _ = run(away, *words)
    assert (code, json.loads(told)["error"]) == (1, "database_away")
