"""Every promise that `packbench check` looks after is shown to be noticed when it is broken."""

from __future__ import annotations

import ast
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.bench.driver import open_bench, run, surroundings
from app.bench.shift import work_off
from app.bootstrap import checks
from app.db import open_database
from app.desk.views import show, store
from app.upkeep.promises import broken
from tests.demo_shop import DATABASE, Shop

ROOT = Path(__file__).resolve().parents[2]

# What is planted for each rule, in plain SQL, into a shop where work stands at every stage.
FAULTS: dict[str, str] = {
    # the file
    "database_is_whole": "UPDATE shipment_line SET packed = qty + 1 WHERE shipment_id = 'DE-1001-1'",
    "rows_point_somewhere": "DELETE FROM shipment WHERE id = 'DE-1001-1'",
    # site
    "numbers_leased_once": "UPDATE number_lease SET last = last + 1000000",
    "station_stands_somewhere": "UPDATE station SET warehouse = 'XXX' WHERE name = 'S7'",
    "pin_is_hashed": "UPDATE operator SET pin_hash = '1234' WHERE badge = 'PBCHIEF'",
    # cases
    "case_open_or_settled": "UPDATE case_ SET state = 'settled' WHERE kind = 'short_stock'",
    "case_kind_has_acts": "UPDATE case_ SET kind = 'bad_mood' WHERE kind = 'short_stock'",
    "note_has_its_case": "INSERT INTO case_note (id, case_id, at, \"by\", body) VALUES ('n', 'nowhere', '', '', '')",
    # catalogue
    "bundle_parts_exist": "UPDATE bundle_part SET sku = 'NO-SUCH' WHERE rowid = (SELECT min(rowid) FROM bundle_part)",
    "bundles_are_flat": "UPDATE bundle_part SET sku = bundle WHERE rowid = (SELECT min(rowid) FROM bundle_part)",
    "barcodes_belong_to_skus": "UPDATE barcode SET sku = 'NO-SUCH' WHERE code = (SELECT min(code) FROM barcode)",
    # stock
    "balance_is_the_ledgers_sum": "UPDATE stock_balance SET on_hand = on_hand + 1 WHERE sku = 'CUP-SAND'",
    "place_is_the_ledgers_sum": "UPDATE stock_place SET on_hand = on_hand + 1 WHERE sku = 'CUP-SAND'",
    "reserved_has_reservations": "DELETE FROM reservation WHERE shipment_id = 'DE-1001-1'",
    "available_is_never_below_zero": "UPDATE stock_balance SET reserved = on_hand + 1 WHERE sku = 'CUP-SAND'",
    "all_on_hand_lies_somewhere": "DELETE FROM stock_place WHERE sku = 'CUP-SAND'",
    "reason_is_a_code": "UPDATE stock_ledger SET reason = 'Anna dropped it' WHERE sku = 'CUP-SAND'",
    # orders
    "order_adds_up": "UPDATE order_ SET total_minor = total_minor + 1 WHERE id = 'DE-1002'",
    "order_exists": "DELETE FROM order_ WHERE id = 'DE-1002'",
    "address_has_an_owner": "UPDATE address SET customer_id = NULL",
    "forgotten_stays_forgotten": "UPDATE customer SET name = 'Somebody' WHERE forgotten_at IS NOT NULL",
    "chain_is_whole": "UPDATE fact SET operator = 'PBXX' WHERE seq = 2",
    # carriers
    "service_has_carrier": "DELETE FROM carrier WHERE code = 'RKP'",
    "service_leaves_from_somewhere": "UPDATE carrier_service SET warehouse = 'XXX' WHERE warehouse = 'LEJ'",
    "service_has_a_price": "UPDATE carrier_service SET rates = '[]'",
    "days_are_in_order": "UPDATE carrier_service SET days_p50 = days_p90 + 1",
    # planning
    "decisions_say_why": "DELETE FROM plan_trace WHERE order_id = 'DE-1002'",
    "plan_has_an_order": "DELETE FROM order_ WHERE id = 'DE-1002'",
    "newest_plan_is_the_orders": "UPDATE order_ SET plan_no = plan_no + 1 WHERE id = 'DE-1002'",
    "planned_orders_have_a_plan": "DELETE FROM plan WHERE order_id = 'DE-1002'",
    "no_unit_is_sent_twice": "UPDATE shipment_line SET qty = qty + 1 WHERE shipment_id = 'DE-1002-1'",
    "no_unit_is_lost": "DELETE FROM shipment_line WHERE shipment_id = 'DE-1002-1'",
    "planned_orders_send_something": "UPDATE shipment SET state = 'cancelled' WHERE order_id = 'DE-1002'",
    # shipments
    "shipment_exists": "DELETE FROM shipment WHERE id = 'DE-1002-1'",
    "moves_are_allowed": "UPDATE timeline SET detail = json_set(detail, '$.\"from\"', 'dispatched')"
    " WHERE event = 'state' AND subject = 'DE-1001-1'",
    "shipment_state_is_known": "UPDATE shipment SET state = 'lost' WHERE id = 'DE-1002-1'",
    "timeline_leads_to_the_state": "UPDATE shipment SET state = 'picked' WHERE id = 'DE-1002-1'",
    "packed_lies_in_parcels": "UPDATE parcel_item SET qty = qty + 1 WHERE parcel_id = 'DE-1001-1/1'",
    "picked_lies_in_totes": "DELETE FROM tote_item",
    "tote_holds_what_is_listed": "UPDATE tote_item SET qty = qty + 1",
    "parcel_holds_what_is_listed": "UPDATE parcel_item SET qty = qty + 1 WHERE parcel_id = 'DE-1001-1/1'",
    "live_shipments_hold_their_units": "UPDATE reservation SET qty = qty + 1 WHERE shipment_id = 'DE-1002-1'",
    "parcel_state_is_known": "UPDATE parcel SET state = 'lost' WHERE id = 'DE-1001-1/1'",
    "sscc_is_given_once": "CREATE TABLE loose AS SELECT * FROM parcel; DROP TABLE parcel;"
    " ALTER TABLE loose RENAME TO parcel; UPDATE parcel SET sscc = '395212341000000011'",
    "one_open_handover": "DROP INDEX uq_handover_open; INSERT INTO handover SELECT 'second', warehouse, carrier, state,"
    " opened_at, opened_by, closed_at, closed_by FROM handover WHERE state = 'open'",
    "dispatched_on_a_closed_handover": "DROP INDEX uq_handover_open; UPDATE handover SET state = 'open'",
    "loaded_on_an_open_handover": "UPDATE handover SET state = 'closed'",
    "dispatched_whole": "UPDATE parcel SET state = 'labelled' WHERE state = 'dispatched'",
    "cancelled_parcels_are_void": "UPDATE parcel SET state = 'labelled' WHERE state = 'void'",
    "labels_were_printed": "UPDATE print_job SET state = 'void' WHERE subject = 'DE-1001-1/1'"
    " AND document = 'parcel_label'",
    "nothing_is_made_for_the_forgotten": "UPDATE address SET name = '', company = '', city = '', postcode = '';"
    " UPDATE customer SET forgotten_at = '2026-11-18T08:30:00.000Z'",
    "copies_without_gap": "UPDATE print_job SET copy = 3 WHERE subject = 'DE-1001-1/1' AND document = 'parcel_label'",
    # floor
    "facts_without_gap": "DELETE FROM fact_key WHERE seq = 3",
    "facts_counted_once": "UPDATE station SET last_seq = last_seq - 1 WHERE last_seq > 0",
    "set_aside_is_seen": "UPDATE fact SET outcome = 'set_aside' WHERE seq = 1",
    "claimed_work_is_in_work": "UPDATE shipment SET state = 'ready' WHERE id = 'DE-1005-1'",
    "claims_end_with_their_work": "UPDATE claim SET state = 'live' WHERE state = 'done'",
    "cancelled_goods_are_asked_about": "UPDATE case_ SET state = 'settled' WHERE kind = 'put_back'",
    "one_order_in_a_tote": "INSERT INTO tote_item SELECT min(tote), (SELECT id FROM shipment WHERE state = 'ready' AND"
    " units > 1), 1, sku, '', '', 1 FROM tote_item",
    "rows_are_the_fold": "UPDATE shipment_line SET packed = 0, picked = 0 WHERE shipment_id = 'DE-1005-1'",
}


def rules() -> set[str]:
    """Every rule's name, as the rooms' checks have it: the first word of a Finding, or of a row that becomes one."""
    found: set[str] = set()
    for file in sorted((ROOT / "app").glob("*/check.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
                found |= set(_literal(node.args[0]))
            if isinstance(node, ast.For) and isinstance(node.iter, ast.Tuple | ast.List):
                for row in node.iter.elts:
                    if isinstance(row, ast.Tuple):
                        found |= set(_literal(row.elts[0]))
    return found


def _literal(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def findings(home: Path) -> list[dict[str, str]]:
    database = open_database(f"sqlite:///{home / DATABASE}")
    try:
        return broken(database, checks())
    finally:
        database.close()


@pytest.fixture(scope="module")
def busy(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Orders dispatched, labelled and loaded, cancelled with goods in a parcel, picked, half packed, forgotten."""
    root = tmp_path_factory.mktemp("busy")
    shop = Shop(root / "home", root / "printed")
    shutil.copytree(demo_template, shop.home)
    env = surroundings(shop.home, confirm_after_s=0)
    with shop.reading() as read:
        rows = {row["id"]: row for row in store.listing(read, "shipments", state=None, limit=10_000, after=None)}
    work_off(env, shop.url, "S1", [rows["DE-1010-1"]], shop.printer)
    with open_bench(env, "S1", shop.printer) as bench:
        for shipment in ("DE-1001-1", "DE-1003-1"):
            bench.pack(shipment)
    with shop.reading() as read:
        [label] = [parcel["sscc"] for parcel in show.shipment(read, "DE-1001-1")["parcels"]]
    with open_bench(env, "S1", shop.printer) as bench:
        bench.scan(rows["DE-1001-1"]["carrier"])
        bench.scan(label)
        bench.scan("PBEXIT")
        bench.follow("DE-1004-1")
        bench.follow("DE-1005-1")
        first = bench.scan("DE-1005-1")
        bench.scan(first["next"][0])
    for words in (("order", "cancel", "DE-1003", "--reason", "test"), ("forget", "DE-1010")):
        code, _, errors = run(env, *words)
        assert code == 0, errors
    return shop.home


def test_a_busy_shop_keeps_every_promise(busy: Path) -> None:
    with closing(sqlite3.connect(busy / DATABASE)) as db:
        states = {row[0] for row in db.execute("SELECT state FROM shipment")}
        parcels = {row[0] for row in db.execute("SELECT state FROM parcel")}
    assert {"planned", "ready", "picked", "packing", "labelled", "dispatched", "cancelled"} <= states
    assert {"open", "loaded", "dispatched", "void"} <= parcels
    assert findings(busy) == []


def test_every_rule_has_a_fault_planted_here() -> None:
    assert rules() == set(FAULTS)


@pytest.mark.parametrize("rule", sorted(FAULTS))
def test_check_notices(rule: str, busy: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(busy / DATABASE, home / DATABASE)
    with closing(sqlite3.connect(home / DATABASE, isolation_level=None)) as db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        before = db.total_changes
        db.executescript(FAULTS[rule])
        assert db.total_changes > before, "the fault found nothing to spoil"
    found = findings(home)
    assert rule in {finding["rule"] for finding in found}, json.dumps(found[:10], indent=1)
