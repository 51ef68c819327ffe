"""Supervisors' acts: what each does to order, shipments, stock and cases, and what must hold after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest
from sqlalchemy import insert, select, update

from app.base.errors import BadInput, Conflict, NotAllowed, NotFound
from app.cases import store as cases
from app.cases.open import open_case
from app.catalog import store as catalog
from app.db import Database, Tx
from app.desk.address import amended, correct_address
from app.desk.cancel import cancel
from app.desk.hold import hold, release
from app.desk.map_sku import map_sku
from app.desk.note import note
from app.desk.put_back import put_back
from app.desk.settle import settle
from app.floor.facts import ShortFound
from app.orders import check as order_check
from app.orders import store as orders
from app.orders import tables as order_tables
from app.orders import timeline
from app.orders.order import Address
from app.shipments import check as shipment_check
from app.shipments import store as shipments
from app.shipments import tables as t
from app.shipments.handover import close, load, open_handover
from app.shipments.shipment import Hop
from app.stock import check as stock_check
from app.stock.move import Move, move
from tests.small_site import CHIEF, PACKER, balance, build, printed, ship

BERLIN = Address(name="Ada Muster", street=("Gasse 2",), city="Berlin", postcode="10117", country="DE")
WIEN = Address(name="Ada Muster", street=("Ring 1",), city="Wien", postcode="1010", country="AT")


def sound(tx: Tx) -> None:
    for room in (stock_check, shipment_check):
        assert list(room.check(tx)) == []
    assert [f for f in order_check.check(tx) if f.rule != "order_adds_up"] == []  # small orders have no money


def shop_order(
    tx: Tx, order: str, lines: Sequence[tuple[str, str | None, int]], now: datetime, **values: object
) -> str:
    """A new order of (shop's code, our SKU, units); nothing planned."""
    ship(tx, order, [("TEE", 1)], now)
    cancel(tx, order, reason="", operator=CHIEF, now=now)
    tx.execute(t.shipment_line.delete().where(t.shipment_line.c.shipment_id == f"{order}-1"))
    tx.execute(t.shipment.delete().where(t.shipment.c.order_id == order))
    tx.execute(order_tables.timeline.delete().where(order_tables.timeline.c.order_id == order))
    for n, (code, sku, qty) in enumerate(lines, 1):
        tx.execute(
            insert(order_tables.order_line).values(
                order_id=order, line=n, shop_line=str(n), shop_sku=code, sku=sku, title=code, qty=qty, unit_price="1",
                total_minor=0, taxes=[],
            )
        )  # fmt: skip
    tx.execute(update(order_tables.order).where(order_tables.order.c.id == order).values({"state": "new"} | values))
    return order


def pick(tx: Tx, shipment: str, qty: int, now: datetime) -> None:
    shipments.hops(tx, [Hop(shipment, to, "PBPICKER") for to in ("picking", "picked")], now)
    move(tx, [Move("CUP", "LEJ", "A-01", "T:T01", qty, "pick", "f")], now)
    tx.execute(insert(t.tote_item).values(tote="T01", shipment_id=shipment, line=1, sku="CUP", qty=qty))
    tx.execute(update(t.shipment_line).where(t.shipment_line.c.shipment_id == shipment).values(picked=qty))


def label(tx: Tx, shipment: str, qty: int, now: datetime) -> str:
    pick(tx, shipment, qty, now)
    move(tx, [Move("CUP", "LEJ", "T:T01", f"P:{shipment}/1", qty, "pack", "f")], now)
    tx.execute(t.tote_item.delete().where(t.tote_item.c.shipment_id == shipment))
    tx.execute(insert(t.parcel).values(id=f"{shipment}/1", shipment_id=shipment, n=1, state="labelled", issue=1))
    tx.execute(insert(t.parcel_item).values(parcel_id=f"{shipment}/1", line=1, sku="CUP", qty=qty))
    printed(tx, f"{shipment}/1", now)
    tx.execute(update(t.shipment_line).where(t.shipment_line.c.shipment_id == shipment).values(packed=qty))
    shipments.hops(tx, [Hop(shipment, to, "PBPICKER") for to in ("packing", "packed", "labelled")], now)
    return f"{shipment}/1"


def states(tx: Tx, order: str) -> tuple[str, list[str]]:
    return orders.load(tx, [order])[0].state, [s.state for s in shipments.of_orders(tx, [order])[order]]


def open_kinds(tx: Tx, order: str) -> list[str]:
    return sorted(case.kind for case in cases.open_of(tx, order))


def case_of(tx: Tx, order: str, kind: str, now: datetime, *, subject: str = "", by: str = "intake") -> str:
    opened = open_case(
        tx, kind=kind, subject_kind="shipment" if subject else "order", subject=subject or order, order_id=order,
        by=by, now=now,
    )  # fmt: skip
    assert opened
    return opened


# ---- cancel ---------------------------------------------------------------------------------------------


def test_cancelling_before_planning_touches_the_order_alone(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        shop_order(tx, "DE-1", [("CUP", "CUP", 1)], now)
        done = cancel(tx, "DE-1", reason="rang us up", operator=CHIEF, now=now)
        assert (done.shipments, done.gone) == ((), ())
        assert states(tx, "DE-1") == ("cancelled", [])
        assert "rang us up" in [body for _, _, body in orders.notes(tx, "DE-1")]
        assert "rang us up" not in str([h.entry for h in timeline.read(tx, "DE-1")])
        sound(tx)


def test_cancelling_after_planning_gives_all_units_back(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 3)], now)
        ship(tx, "DE-1", [("TEE", 3)], now, n=2, state="planned")
        case_of(tx, "DE-1", "short_stock", now)
        cancel(tx, "DE-1", reason="", operator=CHIEF, now=now)
        assert states(tx, "DE-1") == ("cancelled", ["cancelled", "cancelled"])
        assert (balance(tx, "CUP")["available"], balance(tx, "TEE")["available"]) == (20, 20)
        assert open_kinds(tx, "DE-1") == []
        sound(tx)
        with pytest.raises(Conflict):
            cancel(tx, "DE-1", reason="", operator=CHIEF, now=now)


def test_goods_already_picked_or_packed_ask_to_be_put_back_and_can_be(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 3)], now)
        ship(tx, "DE-2", [("CUP", 2)], now)
        pick(tx, "DE-1-1", 3, now)
        label(tx, "DE-2-1", 2, now)
        for order, shipment, units in (("DE-1", "DE-1-1", 3), ("DE-2", "DE-2-1", 2)):
            cancel(tx, order, reason="", operator=CHIEF, now=now)
            assert open_kinds(tx, order) == ["put_back"]
            sound(tx)
            with pytest.raises(NotFound):
                put_back(tx, shipment, "NOWHERE", operator=CHIEF, now=now)
            assert put_back(tx, shipment, "B-01", operator=CHIEF, now=now) == units
            sound(tx)
        assert balance(tx, "CUP") == {"on_hand": 20, "damaged": 0, "reserved": 0, "available": 20}
        assert [p.state for p in shipments.parcels_of(tx, ["DE-2-1"])["DE-2-1"]] == ["void"]


def test_goods_of_a_live_shipment_are_not_put_back(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 3)], now)
        with pytest.raises(Conflict):
            put_back(tx, "DE-1-1", "B-01", operator=CHIEF, now=now)


def test_a_parcel_cancelled_on_the_handover_is_named_when_that_closes(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 1)], now)
        box = label(tx, "DE-1-1", 1, now)
        to = open_handover(tx, "LEJ", "GELB", operator=PACKER, now=now).id
        load(tx, to, box, operator=PACKER, now=now)
        cancel(tx, "DE-1", reason="", operator=CHIEF, now=now)
        assert close(tx, to, operator=PACKER, now=now).to_unload == ((box, "cancelled"),)
        sound(tx)


def test_what_has_left_cannot_be_cancelled_the_rest_can(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 1)], now)
        ship(tx, "DE-1", [("TEE", 1)], now, n=2)
        box = label(tx, "DE-1-1", 1, now)
        to = open_handover(tx, "LEJ", "GELB", operator=PACKER, now=now).id
        load(tx, to, box, operator=PACKER, now=now)
        close(tx, to, operator=PACKER, now=now)
        done = cancel(tx, "DE-1", reason="", operator=CHIEF, now=now)
        assert (done.shipments, done.gone) == (("DE-1-2",), ("DE-1-1",))
        assert states(tx, "DE-1") == ("shipped", ["dispatched", "cancelled"])
        with pytest.raises(Conflict):
            cancel(tx, "DE-1", reason="", operator=CHIEF, now=now)
        sound(tx)


# ---- hold and release -----------------------------------------------------------------------------------


def test_a_hold_stops_every_shipment_where_it_is_and_release_lets_it_go_on(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 3)], now)
        ship(tx, "DE-1", [("TEE", 1)], now, n=2)
        pick(tx, "DE-1-1", 3, now)
        hold(tx, "DE-1", reason="Herr Muster ruft zurück", operator=CHIEF, now=now)
        assert states(tx, "DE-1") == ("held", ["held", "held"])
        assert balance(tx, "CUP")["reserved"] == 3
        (case,) = cases.open_of(tx, "DE-1")
        assert [body for _, _, body in cases.notes(tx, case.id)] == ["Herr Muster ruft zurück"]
        with pytest.raises(Conflict):
            hold(tx, "DE-1", reason="", operator=CHIEF, now=now)
        sound(tx)
        release(tx, "DE-1", operator=CHIEF, now=now)
        assert states(tx, "DE-1") == ("planned", ["picked", "ready"])
        assert open_kinds(tx, "DE-1") == []
        sound(tx)
        with pytest.raises(Conflict):
            release(tx, "DE-1", operator=CHIEF, now=now)


def test_an_order_held_before_planning_is_new_again_when_released(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        shop_order(tx, "DE-1", [("CUP", "CUP", 1)], now)
        hold(tx, "DE-1", reason="", operator=CHIEF, now=now)
        assert orders.unplanned(tx, limit=9) == []
        release(tx, "DE-1", operator=CHIEF, now=now)
        assert orders.unplanned(tx, limit=9) == ["DE-1"]


def test_what_a_packer_held_a_supervisor_releases(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 3)], now)
        pick(tx, "DE-1-1", 3, now)
        shipments.hops(tx, [Hop("DE-1-1", "held", "PBPICKER")], now)
        case = case_of(tx, "DE-1", "held_at_bench", now, subject="DE-1-1")
        settle(tx, case, act="release", operator=CHIEF, reason="", now=now)
        assert states(tx, "DE-1") == ("planned", ["picked"])
        sound(tx)


# ---- address --------------------------------------------------------------------------------------------


def test_a_corrected_address_sends_a_waiting_order_back_to_planning(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        shop_order(tx, "DE-1", [("CUP", "CUP", 1)], now, state="held")
        case_of(tx, "DE-1", "incomplete_address", now)
        correct_address(tx, "DE-1", WIEN, operator=CHIEF, now=now)
        found = orders.load(tx, ["DE-1"])[0]
        assert (found.state, found.country, found.ship_to) == ("new", "AT", WIEN)
        assert open_kinds(tx, "DE-1") == []
        assert "Ring" not in str([h.entry for h in timeline.read(tx, "DE-1")])
        sound(tx)


def test_an_address_its_country_would_refuse_is_refused_here(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 1)], now)
        with pytest.raises(BadInput, match=r"postal_code|postcode"):
            correct_address(
                tx, "DE-1", Address(street=("Gasse 2",), city="Berlin", country="DE"), operator=CHIEF, now=now
            )
        assert orders.load(tx, ["DE-1"])[0].ship_to != BERLIN


def test_before_the_label_benches_only_hear_the_news(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 1)], now)
        pick(tx, "DE-1-1", 1, now)
        correct_address(tx, "DE-1", BERLIN, operator=CHIEF, now=now)
        assert states(tx, "DE-1") == ("planned", ["picked"])
        assert open_kinds(tx, "DE-1") == []


def test_after_the_label_the_order_is_held_until_a_person_has_seen_to_it(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 1)], now)
        label(tx, "DE-1-1", 1, now)
        correct_address(tx, "DE-1", BERLIN, operator=CHIEF, now=now)
        assert states(tx, "DE-1") == ("held", ["held"])
        (case,) = cases.open_of(tx, "DE-1")
        assert case.kind == "address_changed"
        settle(tx, case.id, act="release", operator=CHIEF, reason="new label on it", now=now)
        assert states(tx, "DE-1") == ("planned", ["picked"])
        sound(tx)


def test_to_another_country_work_nobody_has_begun_is_planned_anew_and_begun_work_is_held(
    database: Database, now: datetime
) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-2", [("CUP", 1)], now)
        pick(tx, "DE-2-1", 1, now)
        correct_address(tx, "DE-2", WIEN, operator=CHIEF, now=now)
        assert states(tx, "DE-2") == ("held", ["held"])
        assert open_kinds(tx, "DE-2") == ["address_changed"]
        sound(tx)


def test_only_what_is_given_of_an_address_changes_and_unknown_fields_are_refused() -> None:
    assert amended(BERLIN, {"street": "Hof 3\nTür 4", "country": "at"}) == Address(
        name="Ada Muster", street=("Hof 3", "Tür 4"), city="Berlin", postcode="10117", country="AT"
    )
    for values in ({"planet": "Mars"}, {"city": 7}):
        with pytest.raises(BadInput):
            amended(BERLIN, values)


# ---- SKUs, notes ----------------------------------------------------------------------------------------


def test_mapping_a_sku_resolves_every_order_that_waited_for_it(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        for order, lines in {
            "DE-1": [("MUG", None, 1)],
            "DE-2": [("MUG", None, 2), ("WHAT", None, 1)],
            "DE-3": [("MUG", None, 2)],
        }.items():
            shop_order(tx, order, lines, now, state="held")
            case_of(tx, order, "unknown_sku", now)
        hold(tx, "DE-3", reason="", operator=CHIEF, now=now)
        assert map_sku(tx, "DE", "MUG", "CUP", operator=CHIEF, now=now) == ("DE-1", "DE-2", "DE-3")
        assert catalog.aliases(tx, "DE", ["MUG"]) == {"MUG": "CUP"}
        assert [states(tx, f"DE-{n}")[0] for n in (1, 2, 3)] == ["new", "held", "held"]
        assert open_kinds(tx, "DE-1") == []
        assert open_kinds(tx, "DE-2") == ["unknown_sku"]
        assert map_sku(tx, "DE", "WHAT", "TEE", operator=CHIEF, now=now) == ("DE-2",)
        assert states(tx, "DE-2")[0] == "new"
        with pytest.raises(NotFound):
            map_sku(tx, "DE", "X", "NOBODY", operator=CHIEF, now=now)


def test_a_note_stands_where_it_can_be_erased(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 1)], now)
        note(tx, "DE-1", " Frau Beispiel mag Papier ", operator=CHIEF, now=now)
        assert [body for _, _, body in orders.notes(tx, "DE-1")] == ["Frau Beispiel mag Papier"]
        assert tx.execute(select(order_tables.timeline.c.event)).scalars().all().count("noted") == 1
        with pytest.raises(BadInput):
            note(tx, "DE-1", "  ", operator=CHIEF, now=now)
        with pytest.raises(NotFound):
            note(tx, "DE-9", "words", operator=CHIEF, now=now)


# ---- settling -------------------------------------------------------------------------------------------


def test_settling_does_the_act_and_keeps_the_reason_with_the_case(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        shop_order(tx, "DE-1", [("MUG", None, 1)], now, state="held")
        case = case_of(tx, "DE-1", "unknown_sku", now)
        settle(
            tx, case, act="map_sku", values={"code": "MUG", "sku": "CUP"}, operator=CHIEF, reason="same mug", now=now
        )
        assert states(tx, "DE-1")[0] == "new"
        found = cases.get(tx, case)
        assert found
        assert (found.state, found.act, found.settled_by) == ("settled", "map_sku", "PBCHIEF")
        assert [body for _, _, body in cases.notes(tx, case)] == ["same mug"]


def test_an_act_that_fails_leaves_its_case_open(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        shop_order(tx, "DE-1", [("MUG", None, 1)], now, state="held")
        case = case_of(tx, "DE-1", "unknown_sku", now)
    for values in ({"code": "MUG", "sku": "NOBODY"}, {"code": "MUG"}, {}):
        with pytest.raises((NotFound, BadInput)), database.write() as tx:
            settle(tx, case, act="map_sku", values=values, operator=CHIEF, reason="", now=now)
    with database.read() as tx:
        assert open_kinds(tx, "DE-1") == ["unknown_sku"]


def test_a_case_settled_by_cancelling_settles_the_orders_others_too(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 1)], now)
        case = case_of(tx, "DE-1", "short_pick", now, subject="DE-1-1")
        case_of(tx, "DE-1", "items_changed", now)
        settle(tx, case, act="cancel", operator=CHIEF, reason="", now=now)
        assert states(tx, "DE-1") == ("cancelled", ["cancelled"])
        assert open_kinds(tx, "DE-1") == []


def test_put_back_settles_its_case_with_the_bin(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 3)], now)
        pick(tx, "DE-1-1", 3, now)
        cancel(tx, "DE-1", reason="", operator=CHIEF, now=now)
        (case,) = cases.open_of(tx, "DE-1")
        settle(tx, case.id, act="put_back", values={"bin": "A-02"}, operator=CHIEF, reason="", now=now)
        assert open_kinds(tx, "DE-1") == []
        sound(tx)


def test_replanning_a_short_pick_ships_what_is_free_elsewhere(database: Database, now: datetime) -> None:
    from app.floor.shortage import found_short

    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 3)], now)
        tx.execute(
            insert(order_tables.order_line).values(
                order_id="DE-1", line=1, shop_line="1", shop_sku="CUP", sku="CUP", title="Cup", qty=3, unit_price="1",
                total_minor=300, taxes=[],
            )
        )  # fmt: skip
        lost = ShortFound("DE-1-1", 1, "A-01", "CUP", 1)
        found_short(tx, lost, warehouse="LEJ", by="P", source="f", now=now)
        pick(tx, "DE-1-1", 2, now)
        (case,) = cases.open_of(tx, "DE-1")
        settle(tx, case.id, act="replan", operator=CHIEF, reason="", now=now)
        found = shipments.of_orders(tx, ["DE-1"])["DE-1"]
        assert [(s.id, s.state, sum(line.due for line in s.lines)) for s in found] == [
            ("DE-1-1", "picked", 2),
            ("DE-1-2", "ready", 1),
        ]
        sound(tx)


def test_a_packer_may_none_of_it(sqlite_database: Database, now: datetime) -> None:
    with sqlite_database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 1)], now)
        case = case_of(tx, "DE-1", "short_stock", now)
        acts = (
            lambda: cancel(tx, "DE-1", reason="", operator=PACKER, now=now),
            lambda: hold(tx, "DE-1", reason="", operator=PACKER, now=now),
            lambda: release(tx, "DE-1", operator=PACKER, now=now),
            lambda: note(tx, "DE-1", "x", operator=PACKER, now=now),
            lambda: correct_address(tx, "DE-1", BERLIN, operator=PACKER, now=now),
            lambda: map_sku(tx, "DE", "MUG", "CUP", operator=PACKER, now=now),
            lambda: put_back(tx, "DE-1-1", "A-01", operator=PACKER, now=now),
            lambda: settle(tx, case, act="cancel", operator=PACKER, reason="", now=now),
        )
        for act in acts:
            with pytest.raises(NotAllowed):
                act()
        assert states(tx, "DE-1") == ("planned", ["ready"])
