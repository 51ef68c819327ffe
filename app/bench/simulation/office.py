"""Everybody who works on the shared database without a bench: shops, goods-in, counters, supervisors."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from app.base.errors import BadInput, Refused
from app.bench import shop
from app.bench.simulation import ground
from app.bench.simulation.world import World
from app.cases import store as cases
from app.db import Database
from app.desk.address import amended, correct_address
from app.desk.cancel import cancel
from app.desk.hold import hold, release
from app.desk.order import the_order
from app.desk.settle import ACTS, settle
from app.floor.shortage import counted
from app.hub.due import mixed_totes, prints, silent
from app.stock.count import Counted
from app.stock.receive import receive
from app.upkeep.forget import forget_customer

_BACKLOG = 15  # orders ready for each bench that works


@dataclass(slots=True)
class Office:
    """Its acts have no trouble of their own; each is one transaction, refused or done."""

    world: World
    database: Database
    home: Path
    bins: Sequence[str]
    benches: int
    chance: random.Random
    sold: int = 0
    delivered: int = 0
    numbers: dict[str, list[tuple[str, int]]] = field(default_factory=dict)

    def sell(self) -> None:
        """New orders, as long as not too many wait."""
        with self.database.reading() as read:
            ready = read("SELECT count(*) AS n FROM shipment WHERE state = 'ready'")[0]["n"]
        if ready >= _BACKLOG * self.benches:
            return
        fresh: dict[str, list[tuple[str, int]]] = {}
        for _ in range(3 * self.benches):
            self.sold += 1
            skus = self.chance.sample(
                range(1, ground.SKUS + 1), 1 if self.chance.random() < 0.3 else self.chance.randint(2, 5)
            )
            single = len(skus) == 1 and self.chance.random() < 0.7
            fresh[str(self.sold)] = [(shop.sku(n), 1 if single else self.chance.randint(1, 6)) for n in skus]
        self.numbers |= fresh
        ground.sell(self.database, self.home, fresh, self.now)

    def sell_again(self) -> None:
        """After a restore the shops send what is not there (any more)."""
        with self.database.reading() as read:
            there = {row["number"] for row in read("SELECT number FROM order_")}
        gone = {number: lines for number, lines in self.numbers.items() if number not in there}
        if gone:
            ground.sell(self.database, self.home, gone, self.now)

    def fill_up(self) -> None:
        """What runs low is delivered."""
        with self.database.reading() as read:
            rows = read(
                "SELECT sku, on_hand - damaged - hold - reserved AS free FROM stock_balance"
                " WHERE warehouse = :w AND sku LIKE 'TOKEN-%' ORDER BY sku", w=ground.WAREHOUSE,
            )  # fmt: skip
        low = {row["sku"]: ground.PLENTY // 2 for row in rows if row["free"] < ground.PLENTY // 4}
        if low:
            self.delivered += 1
            with self.database.write() as tx:
                receipt = ground.delivery(f"in-{self.delivered}", low, self.bins)
                receive(tx, receipt, operator=ground.CHIEF, now=self.now)

    def look_after(self) -> None:
        """What the hub does by itself each minute about benches, papers and totes."""
        for due in (silent, prints, mixed_totes):
            due(self.database, self.now)

    def count(self) -> None:
        """Somebody counts a bin, and is wrong or right; now and then behind the back of a bench that is away."""
        with self.database.reading() as read:
            rows = read(
                "SELECT sku, place, lot, on_hand FROM stock_place WHERE warehouse = :w AND on_hand > 0"
                " AND sku LIKE 'TOKEN-%' AND place NOT LIKE '_:%' ORDER BY sku, place, lot", w=ground.WAREHOUSE,
            )  # fmt: skip
        if rows:
            row = self.chance.choice(rows)
            qty = max(0, row["on_hand"] + self.chance.randint(-2, 2))
            force = self.chance.random() < 0.5
            with suppress(Refused), self.database.write() as tx:
                what = Counted(row["sku"], ground.WAREHOUSE, row["place"], qty, row["lot"])
                source = f"count {self.world.now:.3f}"
                counted(tx, what, source=source, operator=ground.CHIEF, force=force, now=self.now)

    def settle_some(self, most: int) -> None:
        """Cases are settled by one of the acts they offer."""
        with self.database.read() as tx:
            waiting = cases.listing(tx, state="open", limit=200)
        for case in self.chance.sample(waiting, min(most, len(waiting))):
            offered = [act for act in case.acts if act in ACTS]
            if offered:
                act = self.chance.choice(offered)
                values = {"street": f"Weg {self.chance.randrange(100)}"} if act == "correct_address" else {}
                with suppress(Refused, BadInput), self.database.write() as tx:
                    settle(tx, case.id, act=act, values=values, operator=ground.CHIEF, reason="", now=self.now)

    def cancel(self) -> bool:
        order = self._order()
        with suppress(Refused), self.database.write() as tx:
            cancel(tx, order, reason="", operator=ground.CHIEF, now=self.now)
            return True
        return False

    def hold(self) -> bool:
        order = self._order()
        with suppress(Refused), self.database.write() as tx:
            hold(tx, order, reason="", operator=ground.CHIEF, now=self.now)
            return True
        return False

    def release(self) -> None:
        with self.database.reading() as read:
            held = [row["id"] for row in read("SELECT id FROM order_ WHERE state = 'held' ORDER BY id")]
        if held:
            with suppress(Refused), self.database.write() as tx:
                release(tx, self.chance.choice(held), operator=ground.CHIEF, now=self.now)

    def readdress(self) -> None:
        order = self._order()
        with suppress(Refused, BadInput), self.database.write() as tx:
            moved = amended(the_order(tx, order).ship_to, {"street": f"{self.chance.randrange(1000)} Elm Street"})
            correct_address(tx, order, moved, operator=ground.CHIEF, now=self.now)

    def forget(self) -> None:
        """A customer whose order is over wants to be forgotten; best while a bench still has it on its cart."""
        on_carts = "SELECT s.order_id FROM shipment s JOIN claim_shipment m ON m.shipment_id = s.id WHERE m.live"
        with self.database.reading() as read:
            rows = read(
                f"SELECT id, id IN ({on_carts}) AS here FROM order_ WHERE state IN ('shipped', 'cancelled')"
                " AND customer_id IS NOT NULL ORDER BY id"
            )
        if rows:
            with suppress(Refused):
                order = self.chance.choice([row for row in rows if row["here"]] or rows)["id"]
                forget_customer(
                    self.database, order, benches={}, home=self.home, out=self.home, operator=ground.CHIEF, now=self.now
                )

    def labels(self) -> dict[str, list[str]]:
        """SSCCs of parcels that stand ready to be loaded, by carrier."""
        found: dict[str, list[str]] = {}
        with self.database.reading() as read:
            for row in read("SELECT p.sscc, s.carrier FROM parcel p JOIN shipment s ON s.id = p.shipment_id WHERE"
                            " p.state = 'labelled' AND p.sscc IS NOT NULL ORDER BY p.id LIMIT 60"):  # fmt: skip
                found.setdefault(row["carrier"], []).append(row["sscc"])
        return found

    @property
    def now(self) -> datetime:
        return self.world.time()

    def _order(self) -> str:
        """Any that has not left yet; half of the time one that somebody works on."""
        in_work = " AND id IN (SELECT shipment_id FROM claim_shipment WHERE live)" if self.chance.random() < 0.5 else ""
        with self.database.reading() as read:
            rows = read("SELECT DISTINCT order_id FROM shipment WHERE state NOT IN ('dispatched', 'delivered',"
                        f" 'cancelled'){in_work} ORDER BY order_id")  # fmt: skip
        return self.chance.choice(rows)["order_id"] if rows else "none"
