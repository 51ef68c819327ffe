"""Cases open once, close once, and forget what people wrote."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import text

from app.base.errors import BadInput, Conflict, NotFound
from app.base.wording import known
from app.cases import store
from app.cases.case import KINDS, NewCase
from app.cases.check import check
from app.cases.forget import forget
from app.cases.note import note
from app.cases.open import open_case, open_cases
from app.cases.settle import settle, settle_of
from app.db import Database, Tx, feed
from app.desk.settle import ACTS
from tests.small_site import PACKER, open_kinds


def ask(tx: Tx, now: datetime, *, kind: str = "unknown_sku", order: str = "DE-1") -> str | None:
    return open_case(tx, kind=kind, subject_kind="order", subject=order, order_id=order, by="intake", now=now)


def test_the_same_trouble_opens_one_case_while_it_is_open_and_another_afterwards(
    database: Database, now: datetime
) -> None:
    with database.write() as tx:
        first = ask(tx, now)
        assert first
        assert ask(tx, now) is None
        assert ask(tx, now, order="DE-2")
        assert ask(tx, now, kind="short_stock")
        settle(tx, first, act="cancel", by="PBCHIEF", reason="", now=now)
        assert ask(tx, now)


def test_many_open_at_once_and_those_that_are_open_already_are_left_out(database: Database, now: datetime) -> None:
    with database.write() as tx:
        ask(tx, now, order="DE-3")
        new = [NewCase("unknown_sku", "order", f"DE-{n}", f"DE-{n}", "intake", {"n": n}) for n in range(6)]
        assert len(open_cases(tx, new + new, now)) == 5
        assert open_kinds(tx) == {"unknown_sku": 6}
    with database.read() as tx:
        assert len([c for c in feed.since(tx, feed.Cursor()) if c.topic == "case"]) == 6


def test_a_settled_case_says_by_whom_with_what_and_why(database: Database, now: datetime) -> None:
    with database.write() as tx:
        case = ask(tx, now) or ""
        settle(tx, case, act="cancel", by="PBCHIEF", reason="Frau Muster rief an", now=now)
        found = store.get(tx, case)
        assert found
        assert (found.state, found.settled_by, found.act) == ("settled", "PBCHIEF", "cancel")
        assert [body for _, _, body in store.notes(tx, case)] == ["Frau Muster rief an"]
        assert list(check(tx)) == []


def test_what_is_settled_unknown_or_not_offered_is_refused(database: Database, now: datetime) -> None:
    with database.write() as tx:
        case = ask(tx, now) or ""
        with pytest.raises(Conflict) as refused:
            settle(tx, case, act="put_back", by="x", reason="", now=now)
        assert refused.value.kind == "act_not_offered"
        with pytest.raises(NotFound):
            settle(tx, "nothing", act="cancel", by="x", reason="", now=now)
        settle(tx, case, act="cancel", by="x", reason="", now=now)
        with pytest.raises(Conflict) as again:
            settle(tx, case, act="cancel", by="y", reason="", now=now)
        assert again.value.kind == "case_settled"


def test_an_orders_cases_are_settled_together_by_kind(database: Database, now: datetime) -> None:
    with database.write() as tx:
        ask(tx, now)
        ask(tx, now, kind="incomplete_address")
        ask(tx, now, order="DE-2")
        assert len(settle_of(tx, "DE-1", kinds=["incomplete_address"], act="correct_address", by="x", now=now)) == 1
        assert [case.kind for case in store.open_of(tx, "DE-1")] == ["unknown_sku"]
        assert len(store.open_of(tx, "DE-2")) == 1


def test_the_listing_turns_pages_without_losing_or_repeating_a_case(database: Database, now: datetime) -> None:
    with database.write() as tx:
        made = open_cases(tx, [NewCase("unknown_sku", "order", f"DE-{n}", None, "x") for n in range(7)], now)
        settle(tx, made[0], act="cancel", by="x", reason="", now=now)
        seen: list[str] = []
        while page := store.listing(tx, state="open", kind="unknown_sku", limit=3, after=seen[-1] if seen else ""):
            seen += [case.id for case in page]
        assert seen == made[1:]
        assert len(seen) == 6
        assert len(store.listing(tx)) == 7


def test_forgetting_an_order_erases_its_notes_and_keeps_its_cases(database: Database, now: datetime) -> None:
    with database.write() as tx:
        mine, other = ask(tx, now) or "", ask(tx, now, order="DE-2") or ""
        for case in (mine, other):
            note(tx, case, "Herr Beispiel", operator=PACKER, now=now)
        assert forget(tx, ["DE-1"]) == 1
        assert store.notes(tx, mine) == []
        assert len(store.notes(tx, other)) == 1
        assert store.get(tx, mine)
        with pytest.raises(BadInput):
            note(tx, mine, "  ", operator=PACKER, now=now)
        with pytest.raises(NotFound):
            note(tx, "nothing", "words", operator=PACKER, now=now)


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("UPDATE case_ SET state = 'settled'", "case_open_or_settled"),
        ("UPDATE case_ SET settled_at = 'x'", "case_open_or_settled"),
        ("UPDATE case_ SET kind = 'whim'", "case_kind_has_acts"),
        ("DELETE FROM case_", "note_has_its_case"),
    ],
)
def test_a_planted_fault_is_found(database: Database, now: datetime, fault: str, rule: str) -> None:
    with database.write() as tx:
        note(tx, ask(tx, now) or "", "words", operator=PACKER, now=now)
        assert list(check(tx)) == []
        tx.execute(text(fault))
        assert rule in {finding.rule for finding in check(tx)}


def test_every_act_a_kind_offers_is_bound_and_every_kind_and_act_has_words() -> None:
    offered = {act for acts in KINDS.values() for act in acts}
    assert offered == set(ACTS)
    for language in ("en", "de"):
        assert [k for k in KINDS if not known(f"case.kind.{k}", language)] == []
        assert [a for a in ACTS if not known(f"case.act.{a}", language)] == []


def test_a_kind_nobody_settles_cannot_be_opened(sqlite_database: Database, now: datetime) -> None:
    with sqlite_database.write() as tx, pytest.raises(ValueError, match="whim"):
        ask(tx, now, kind="whim")
