"""An order cancelled while it lies on a cart or bench with others: they go on, and its goods are asked about."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from random import Random

import pytest

from app.base.errors import Conflict, NotFound
from app.cases import check as case_check
from app.cases import store as cases
from app.db import Database
from app.desk.cancel import cancel
from app.desk.settle import settle
from app.floor import bench
from app.floor import check as floor_check
from app.floor import store as floor
from app.floor.facts import decode
from app.floor.work import News
from app.shipments import check as shipment_check
from app.shipments import store as shipments
from app.stock import check as stock_check
from app.stock import store as stock
from tests.floor.bench_driver import Driver
from tests.small_site import CHIEF, build, ship

ORDERS = ("DE-1", "DE-2", "DE-3")


def sound(database: Database) -> None:
    rooms = (floor_check, shipment_check, stock_check, case_check)
    with database.read() as tx:
        found = [finding for room in rooms for finding in room.check(tx)]
    assert found == []


@pytest.mark.parametrize("seed", range(24))
def test_wherever_one_order_is_cancelled_the_others_of_its_cart_go_on_and_the_claim_ends(
    sqlite_database: Database, now: datetime, seed: int
) -> None:
    chance = Random(seed)
    single = chance.random() < 0.4
    with sqlite_database.write() as tx:
        build(tx, now)
        for n, order in enumerate(ORDERS):
            ship(tx, order, [("CUP", 1)] if single else [("CUP", 2 + n), ("OIL", 1), ("CAM", 1)], now)
    driver = Driver(sqlite_database, now)
    driver.attach()
    play = Play(driver, chance.choice(ORDERS), chance.randint(0, 60), chance)
    while play.work():
        pass
    with sqlite_database.read() as tx:
        assert floor.live_claims(tx) == []
        found = shipments.get(tx, [f"{order}-1" for order in ORDERS])
    assert {one.state for one in found.values() if one.order_id != play.gone} == {"labelled"}
    play.clear_up()


class Play:
    """A shift by the bench's hints, with mistakes, sent in pieces; an order is cancelled on the way, heard of later."""

    def __init__(self, driver: Driver, gone: str, at: int, chance: Random) -> None:
        self.driver, self.gone, self.at, self.chance = driver, gone, at, chance
        self.heard_at = at + chance.randint(0, 20)
        self.scans = 0

    def work(self) -> bool:
        """One claim from its first scan to its last; False: nothing is left to do."""
        driver = self.driver
        try:
            driver.take_next()
        except NotFound:
            return False
        while hints := bench.view(driver.state).hints:  # type: ignore[arg-type]
            self._befalls()
            driver.scan("PBUNDO" if self.chance.random() < 0.12 else hints[0])
            self.scans += 1
            if self.chance.random() < 0.2:
                self.send()
        self.send()
        return True

    def _befalls(self) -> None:
        if self.scans == self.at:
            with self.driver.database.write() as tx:
                cancel(tx, self.gone, reason="", operator=CHIEF, now=self.driver.now)
        if self.scans == self.heard_at:
            self.driver.news[f"{self.gone}-1"] = News("cancelled")

    def send(self) -> None:
        facts = list(self.driver.waiting)
        outcomes = {op: out for applied in self.driver.send() for op, out in applied.outcomes.items()}
        aside = {op: why for op, (out, why) in outcomes.items() if out != "applied"}
        assert set(aside.values()) <= {"cancelled"}
        kinds = {fact.op_id: decode(fact.kind, fact.body) for fact in facts}
        others = {getattr(kinds[op], "shipment", f"{self.gone}-1") for op in aside}
        assert others <= {f"{self.gone}-1"}
        sound(self.driver.database)

    def clear_up(self) -> None:
        """A person settles what there is to settle: then every unit is in a bin, or in a parcel that leaves."""
        database, now = self.driver.database, self.driver.now
        for act in ("discard", "noted", "brought_back", "put_back"):
            with database.read() as tx:
                waiting = [case for case in cases.listing(tx, state="open") if act in case.acts]
            for case in waiting:
                with suppress(Conflict), database.write() as tx:
                    settle(tx, case.id, act=act, operator=CHIEF, reason="", now=now)
        sound(database)
        with database.read() as tx:
            assert cases.listing(tx, state="open") == []
            own = shipments.parcels_of(tx, [f"{self.gone}-1"])[f"{self.gone}-1"]
            assert not shipments.in_totes(tx, [f"{self.gone}-1"])
            assert not any(parcel.items for parcel in own if parcel.state == "void")
            for sku, there in (("CUP", 20), ("OIL", 20), ("CAM", 5)):
                assert sum(p.on_hand for p in stock.places(tx, [(sku, "LEJ")])) == there
