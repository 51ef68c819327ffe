"""An older backup comes back in which an order of somebody forgotten since still waits: it is held and asked about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from app.base.errors import Conflict
from app.bootstrap import checks, metadata
from app.cases import store as cases
from app.cases.case import Case
from app.db import Database, feed
from app.desk import hold as desk
from app.desk.cancel import cancel
from app.desk.settle import settle
from app.orders import store as orders
from app.orders import timeline
from app.shipments import store as shipments
from app.shipments.shipment import Hop
from app.site.roles import SYSTEM
from app.upkeep.backup import make_backup
from app.upkeep.forget import forget_customer
from app.upkeep.promises import broken
from app.upkeep.restore import Restored, restore_backup
from tests import small_site
from tests.small_site import CHIEF

NEW = {"name": "Eve Neu", "street": "Weg 7", "city": "Köln", "postcode": "50667", "country": "DE"}


def put_back(
    database: Database, home: Path, now: datetime, *, path: Sequence[str] = (), by_a_person: bool = False
) -> Restored:
    """DE-1 stands at the end of `path` when it is backed up; then it is cancelled, its customer forgotten."""
    with database.write() as tx:
        small_site.build(tx, now)
        one = small_site.ship(tx, "DE-1", [("CUP", 2)], now)
        small_site.ship(tx, "DE-2", [("CUP", 1)], now)
        shipments.hops(tx, [Hop(one, to, "test") for to in path], now)
        if by_a_person:
            desk.hold(tx, "DE-1", reason="", operator=CHIEF, now=now)
    make_backup(database, home / "b.zip", home=home, operator=SYSTEM, now=now)
    with database.write() as tx:
        cancel(tx, "DE-1", reason="", operator=CHIEF, now=now)
    forget_customer(database, "DE-1", benches={}, home=home, out=home / "out", operator=SYSTEM, now=now)
    return restore_backup(
        database, home / "b.zip", metadata(), home=home, over=True, force=True, block=200, operator=SYSTEM, now=now
    )


def stands(database: Database) -> tuple[str, str, list[str]]:
    """(order's state, its shipment's, kinds of its open cases)"""
    with database.read() as tx:
        kinds = sorted(case.kind for case in cases.open_of(tx, "DE-1"))
        return orders.load(tx, ["DE-1"])[0].state, shipments.get(tx, ["DE-1-1"])["DE-1-1"].state, kinds


def asked(database: Database) -> Case:
    with database.read() as tx:
        [case] = [case for case in cases.open_of(tx, "DE-1") if case.kind == "incomplete_address"]
    return case


def act(database: Database, named: str, now: datetime, **values: object) -> None:
    case = asked(database)
    with database.write() as tx:
        settle(tx, case.id, act=named, values=values, operator=CHIEF, reason="", now=now)


def findings(database: Database) -> set[tuple[str, str]]:
    """(rule, subject) but for what the small site lacks from the start: its orders have no lines and no plan."""
    found = {(one["rule"], one["subject"]) for one in broken(database, checks())}
    return {one for one in found if one[0] not in {"order_adds_up", "planned_orders_have_a_plan"}}


def test_an_order_that_was_over_then_is_held_and_named_and_its_case_can_be_settled(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    done = put_back(database, tmp_path, now)
    assert (done.forgotten, done.held) == (("c-DE-1",), ("DE-1",))
    assert stands(database) == ("held", "held", ["incomplete_address"])
    assert {"correct_address", "cancel"} <= set(asked(database).acts)
    with database.read() as tx:
        heard = {(c.topic, c.key) for c in feed.since(tx, feed.Cursor(), 1000)}
        assert {("shipment", "DE-1-1"), ("order", "DE-1"), ("forgotten", "DE-1-1")} <= heard
        assert [one.entry.event for one in timeline.read(tx, "DE-1")][-3:] == ["forgotten", "state", "held"]
        assert orders.load(tx, ["DE-2"])[0].state == "planned"
    assert findings(database) == set()


def test_what_was_over_in_the_backup_already_is_left_alone(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    path = ("picking", "picked", "packing", "packed", "labelled", "dispatched")
    with sqlite_database.write() as tx:
        small_site.build(tx, now)
        one = small_site.ship(tx, "DE-1", [("CUP", 2)], now)
        shipments.hops(tx, [Hop(one, to, "test") for to in path], now)
        orders.set_state(tx, ["DE-1"], "shipped")
    make_backup(sqlite_database, tmp_path / "b.zip", home=tmp_path, operator=SYSTEM, now=now)
    told = {"home": tmp_path, "operator": SYSTEM, "now": now}
    forget_customer(sqlite_database, "DE-1", benches={}, out=tmp_path / "out", **told)
    done = restore_backup(sqlite_database, tmp_path / "b.zip", metadata(), over=True, force=True, block=200, **told)
    assert (done.forgotten, done.held) == (("c-DE-1",), ())
    assert stands(sqlite_database) == ("shipped", "dispatched", [])


@pytest.mark.parametrize("path", [(), ("picking",), ("picking", "picked", "packing")], ids="-".join)
def test_cancelled_once_more_nothing_of_it_is_left(
    database: Database, now: datetime, tmp_path: Path, path: Sequence[str]
) -> None:
    put_back(database, tmp_path, now, path=path)
    act(database, "cancel", now)
    assert stands(database) == ("cancelled", "cancelled", [])
    with database.read() as tx:
        assert small_site.balance(tx, "CUP")["reserved"] == 1  # DE-2's
    assert findings(database) == set()


@pytest.mark.parametrize("path", [(), ("picking", "picked")], ids=["unbegun", "picked"])
def test_with_an_address_it_goes_on_where_it_was_and_the_address_can_be_forgotten(
    database: Database, now: datetime, tmp_path: Path, path: Sequence[str]
) -> None:
    put_back(database, tmp_path, now, path=path)
    act(database, "correct_address", now, **NEW)
    assert stands(database) == ("planned", path[-1] if path else "ready", [])
    with database.read() as tx:
        order = orders.load(tx, ["DE-1"])[0]
        assert order.ship_to
        assert (order.ship_to.name, order.customer_id == "c-DE-1") == ("Eve Neu", False)
    assert findings(database) == set()
    with database.write() as tx:
        cancel(tx, "DE-1", reason="", operator=CHIEF, now=now)
    told = {"home": tmp_path, "operator": SYSTEM, "now": now}
    forget_customer(database, "DE-1", benches={}, out=tmp_path / "out", **told)
    with database.read() as tx:
        assert orders.load(tx, ["DE-1"])[0].ship_to == desk.FORGOTTEN
    assert findings(database) == set()


def test_nobody_lets_it_go_on_while_it_has_no_address_and_lacks_a_label(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    put_back(database, tmp_path, now, path=("picking",))
    with database.write() as tx, pytest.raises(Conflict) as refused:
        desk.release(tx, "DE-1", operator=CHIEF, now=now)
    assert refused.value.kind == "order_unaddressed"
    act(database, "hold", now)
    with database.write() as tx, pytest.raises(Conflict):
        desk.release(tx, "DE-1", operator=CHIEF, now=now)
    with database.write() as tx:
        cancel(tx, "DE-1", reason="", operator=CHIEF, now=now)
    assert findings(database) == set()


def test_all_labelled_it_may_go_for_its_labels_say_where(database: Database, now: datetime, tmp_path: Path) -> None:
    put_back(database, tmp_path, now, path=("picking", "picked", "packing", "packed", "labelled"))
    with database.write() as tx:
        desk.release(tx, "DE-1", operator=CHIEF, now=now)
    assert stands(database) == ("planned", "labelled", [])


def test_a_persons_own_hold_outlasts_the_new_address(database: Database, now: datetime, tmp_path: Path) -> None:
    put_back(database, tmp_path, now, by_a_person=True)
    assert stands(database) == ("held", "held", ["incomplete_address", "on_hold"])
    act(database, "correct_address", now, **NEW)
    assert stands(database) == ("held", "held", ["on_hold"])
    with database.write() as tx:
        desk.release(tx, "DE-1", operator=CHIEF, now=now)
    assert stands(database) == ("planned", "ready", [])
