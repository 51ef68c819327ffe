"""A single bench has nobody else for what falls due: it is done beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

from app.base.clock import stamp
from app.bootstrap import jobs_beside
from app.db import Database
from app.settings import Settings
from app.shipments import store as shipments
from app.stock import store as stock
from tests.small_site import balance, build, ship


@dataclass
class Watched:
    """A clock that tells when a whole round of the three jobs has asked it the time."""

    at: datetime
    asked: int = 0
    round: Event = field(default_factory=Event)

    def now(self) -> datetime:
        self.asked += 1
        if self.asked >= 7:
            self.round.set()
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()


def test_stock_of_an_order_not_paid_in_time_comes_free_beside_a_bench(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    with sqlite_database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 3)], now, state="planned")
        tx.exec_driver_sql("UPDATE reservation SET expires_at = ?", (stamp(now),))
        tx.exec_driver_sql("UPDATE order_ SET payment = 'pending'")
        assert stock.expired(tx, now + timedelta(hours=1)) == ["DE-1-1"]
    clock = Watched(now + timedelta(hours=1))
    with jobs_beside(sqlite_database, Settings(home=str(tmp_path)), clock):
        assert clock.round.wait(30)
    with sqlite_database.read() as tx:
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "cancelled"
        assert balance(tx, "CUP")["reserved"] == 0
