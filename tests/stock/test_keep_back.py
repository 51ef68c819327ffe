"""Units kept back from a shop: its orders are promised the rest."""

from __future__ import annotations

from datetime import datetime

import pytest

from app.base.errors import BadInput, NotAllowed
from app.db import Database
from app.db.grants import SUPERVISOR
from app.stock import store
from app.stock.keep_back import keep_back
from app.stock.ledger import MOST
from tests.logins import as_role
from tests.small_site import CHIEF, PACKER, build


def test_the_shop_sees_fewer_until_it_is_taken_back_and_others_see_all(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        assert keep_back(tx, "TEE", 15, shop="DE", warehouse="LEJ", operator=CHIEF, now=now) == 0
        assert keep_back(tx, "TEE", 18, shop="DE", warehouse="LEJ", operator=CHIEF, now=now) == 15
        assert store.available(tx, ["TEE"], shop="DE") == {("TEE", "LEJ"): 2}
        assert store.available(tx, ["TEE"]) == {("TEE", "LEJ"): 20}
        assert keep_back(tx, "TEE", 0, shop="DE", warehouse="LEJ", operator=CHIEF, now=now) == 18
        assert store.available(tx, ["TEE"], shop="DE") == {("TEE", "LEJ"): 20}


@pytest.mark.parametrize("qty", [-1, MOST + 1])
def test_no_number_of_units_is_refused(sqlite_database: Database, now: datetime, qty: int) -> None:
    with sqlite_database.write() as tx:
        build(tx, now)
        with pytest.raises(BadInput):
            keep_back(tx, "TEE", qty, shop="DE", warehouse="LEJ", operator=CHIEF, now=now)


def test_it_is_a_supervisors_act_and_their_login_may(postgres_database: Database, now: datetime) -> None:
    with postgres_database.write() as tx:
        build(tx, now)
        with pytest.raises(NotAllowed):
            keep_back(tx, "TEE", 1, shop="DE", warehouse="LEJ", operator=PACKER, now=now)
    with as_role(postgres_database, SUPERVISOR) as own, own.write() as tx:
        keep_back(tx, "TEE", 1, shop="DE", warehouse="LEJ", operator=CHIEF, now=now)
