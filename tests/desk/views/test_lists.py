"""The desk's lists and its search, on the demo shop in SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from app.base.clock import SystemClock, from_stamp
from app.bench.driver import surroundings
from app.bench.million import multiply
from app.cases.case import KINDS
from app.db import Database, open_database
from app.db.plain import Reads
from app.desk.views.lists import cases, orders, search
from app.shipments.tables import parcel, shipment
from tests.command import run
from tests.demo_shop import demo, demo_template

__all__ = ["demo", "demo_template"]


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The demo shop with three times its orders; a parcel and a tote are given numbers."""
    home = tmp_path_factory.mktemp("shop")
    url = f"sqlite:///{home / 'packbench.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("pg").create()
    code, _, errors = run(surroundings(home, db=url), "demo", "--json")
    assert code == 0, errors
    with closing(open_database(url)) as database:
        assert multiply(database, 600, SystemClock()) == 600
        with database.write() as tx:
            tx.execute(shipment.update().where(shipment.c.id == "DE-1042-1").values(tote="LEJ-T03"))
            ship = {"shipment_id": "DE-1043-1", "n": 1, "state": "labelled", "weight_g": 1, "issue": 1}
            tx.execute(parcel.insert(), {"id": "DE-1043-1/1", "sscc": "395212349000000017", "tracking": "JD01", **ship})
        yield database


@pytest.fixture
def read(shop: Database) -> Iterator[Reads]:
    with shop.reading() as reads:
        yield reads


@pytest.mark.parametrize("state", ["", "shipped", "held"])
def test_pages_by_key_hold_every_order_once_newest_first(read: Reads, state: str) -> None:
    paged: list[orders.OrderRow] = []
    while part := orders.page(read, state=state, after=paged[-1].key if paged else None, limit=37):
        paged += part
    where = "WHERE state = :state" if state else "WHERE :state = ''"
    every = {row["id"] for row in read(f"SELECT id FROM order_ {where}", state=state)}
    assert {row.id for row in paged} == every
    assert len(paged) == len(every) > 0
    assert [row.placed_at for row in paged] == sorted((row.placed_at for row in paged), reverse=True)


def test_counts_are_of_the_states_that_few_orders_stay_in(read: Reads) -> None:
    found = orders.counts(read)
    assert found["held"] == read("SELECT count(*) AS n FROM order_ WHERE state = 'held'")[0]["n"] > 0
    assert "shipped" not in found


def test_every_kind_of_case_has_its_time(read: Reads) -> None:
    assert cases.hours().keys() == KINDS.keys()


def test_kinds_say_how_many_are_open_and_how_many_overdue(read: Reads) -> None:
    now = SystemClock().now()
    by_kind = {row.kind: row for row in cases.kinds(read, now)}
    assert list(by_kind) == [kind for kind in KINDS if kind in by_kind]
    assert {row.overdue for row in by_kind.values()} == {0}
    address = by_kind["incomplete_address"]
    assert address.count == len(cases.page(read, kind="incomplete_address", limit=100)) > 0
    late = {row.kind: row for row in cases.kinds(read, from_stamp(address.due_at) + timedelta(days=30))}
    assert late["incomplete_address"].overdue == address.count


def test_cases_page_by_key_oldest_first(read: Reads) -> None:
    every = cases.page(read, limit=100)
    assert [row.id for row in every] == sorted(row.id for row in every)
    assert cases.page(read, after=every[4].id, limit=100) == every[5:]
    assert {row.kind for row in cases.page(read, kind="risk", limit=10)} == {"risk"}


@pytest.mark.parametrize(
    ("said", "what", "order"),
    [
        ("de-1042", "order", "DE-1042"),
        ("  DE-1042 ", "order", "DE-1042"),
        ("1042", "number", "DE-1042"),
        ("#1042", "number", "DE-1042"),
        ("DE-1042-1", "shipment", "DE-1042"),
        ("LEJ-T03", "tote", "DE-1042"),
        ("DE-1043-1/1", "parcel", "DE-1043"),
        ("395212349000000017", "sscc", "DE-1043"),
        ("(00)395212349000000017", "sscc", "DE-1043"),
        ("00395212349000000017", "sscc", "DE-1043"),
        ("jd01", "tracking", "DE-1043"),
    ],
)
def test_a_code_or_number_finds_its_order(read: Reads, said: str, what: str, order: str) -> None:
    found = search.search(read, said)
    assert (found[0].what, found[0].order.id) == (what, order)


def test_a_job_code_finds_its_shipment(read: Reads) -> None:
    job = read("SELECT job_code FROM shipment WHERE id = 'DE-1042-1'")[0]["job_code"]
    assert [(hit.what, hit.subject) for hit in search.search(read, job)] == [("job", "DE-1042-1")]


def test_a_barcode_finds_the_orders_that_wait_for_its_sku(read: Reads) -> None:
    waiting = "SELECT b.code, b.sku FROM barcode b JOIN reservation r ON r.sku = b.sku WHERE b.units = 1"
    code = read(f"{waiting} ORDER BY b.code LIMIT 1")[0]
    found = search.search(read, code["code"])
    assert found
    assert {(hit.what, hit.subject) for hit in found} == {("sku", code["sku"])}
    assert found == search.search(read, code["sku"])


def test_people_are_found_by_mail_and_by_the_beginning_of_their_name(read: Reads) -> None:
    who = read(
        "SELECT c.name, c.email, o.id FROM customer c JOIN order_ o ON o.customer_id = c.id WHERE o.id = 'DE-1042'"
    )[0]
    assert "DE-1042" in {hit.order.id for hit in search.search(read, who["email"].upper())}
    by_name = search.search(read, who["name"][:6].lower())
    assert {hit.what for hit in by_name} == {"name"}
    assert "DE-1042" in {hit.order.id for hit in by_name}


def test_nothing_exact_finds_orders_that_begin_so(read: Reads) -> None:
    found = search.search(read, "de-104")
    assert {hit.what for hit in found} == {"beginning"}
    assert all(hit.order.id.startswith("DE-104") for hit in found)
    assert len(found) <= search.MOST


@pytest.mark.parametrize("said", ["", " ", "%", "_", "'", "x" * 5000, "\x00", "D"])
def test_nonsense_finds_nothing_and_breaks_nothing(read: Reads, said: str) -> None:
    assert search.search(read, said) == ()
