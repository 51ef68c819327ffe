"""Closing a case: with what act, by whom, and why. The act itself is done by whoever calls."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from app.base.errors import Conflict, NotFound
from app.cases import store
from app.cases.case import Case
from app.db import Tx
from app.db.feed import announce


def settleable(tx: Tx, case_id: str, act: str) -> Case:
    """The open case that offers `act`. NotFound or Conflict otherwise."""
    case = store.get(tx, case_id)
    if case is None:
        raise NotFound(f"no case {case_id!r:.60}", kind="unknown_case", case=case_id[:60])
    if case.state != "open":
        raise Conflict(
            f"case {case_id} was settled by {case.settled_by} with {case.act}",
            kind="case_settled",
            case=case_id,
            by=case.settled_by,
            act=case.act,
        )
    if act not in case.acts:
        offered = ", ".join(case.acts)
        raise Conflict(
            f"{case.kind} is not settled by {act!r:.40}, but by {offered}",
            kind="act_not_offered",
            act=act[:40],
            acts=offered,
        )
    return case


def settle(tx: Tx, case_id: str, *, act: str, by: str, reason: str, now: datetime) -> None:
    """The case is settled. `reason` is free text, kept where it can be erased."""
    settleable(tx, case_id, act)
    _close(tx, [case_id], act=act, by=by, reason=reason, now=now)


def settle_of(
    tx: Tx, order_id: str, *, kinds: Iterable[str] | None = None, act: str, by: str, reason: str = "", now: datetime
) -> list[str]:
    """Settle what is open of an order (of these kinds), because what it asked for was done another way."""
    wanted = None if kinds is None else set(kinds)
    ids = [case.id for case in store.open_of(tx, order_id) if wanted is None or case.kind in wanted]
    _close(tx, ids, act=act, by=by, reason=reason, now=now)
    return ids


def settle_about(tx: Tx, subjects: Collection[str], *, kinds: Iterable[str], act: str, by: str, now: datetime) -> None:
    """The same for these subjects, whichever order's they are."""
    ids = [case.id for kind in kinds for case in store.open_about(tx, kind, subjects)]
    _close(tx, ids, act=act, by=by, reason="", now=now)


def _close(tx: Tx, ids: list[str], *, act: str, by: str, reason: str, now: datetime) -> None:
    if store.settle(tx, ids, act=act, by=by, now=now) != len(ids):
        raise Conflict(f"{', '.join(ids[:5])}: settled by somebody else meanwhile", kind="case_settled", case=ids[0])
    for one in ids if reason.strip() else ():
        store.add_note(tx, one, reason.strip(), by=by, now=now)
    announce(tx, "case", ids, now)
