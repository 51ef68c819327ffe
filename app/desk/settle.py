"""Settling a case: the one table that binds the names of acts to the acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.base.errors import BadInput, Conflict
from app.cases import settle as cases
from app.cases.case import SHORT, Case
from app.db import Tx
from app.desk import late, short
from app.desk.address import amended
from app.desk.address import correct_address as correct_address_of
from app.desk.cancel import cancel as cancel_order
from app.desk.hold import hold as hold_order
from app.desk.hold import release as release_order
from app.desk.map_sku import map_sku as map_sku_of
from app.desk.order import the_order
from app.desk.put_back import put_away as put_broken_away
from app.desk.put_back import put_back as put_goods_back
from app.floor.takeover import takeover
from app.planning.keep_still import keep_still
from app.planning.replan import replan as replan_order
from app.site.roles import Operator, require


@dataclass(frozen=True, slots=True)
class _Asked:
    """An act on a case. `values` are what the act needs besides: an address's fields, a code and a SKU, a bin."""

    tx: Tx
    case: Case
    values: Mapping[str, object]
    operator: Operator
    now: datetime

    @property
    def order(self) -> str:
        if self.case.order_id is None:
            raise Conflict(f"case {self.case.id} belongs to no order", kind="case_without_order", case=self.case.id)
        return self.case.order_id

    def text(self, name: str) -> str:
        value = self.values.get(name)
        if not isinstance(value, str) or not value.strip():
            raise BadInput(f"got {value!r:.40}, expected some text", field=name)
        return value.strip()


def settle(
    tx: Tx,
    case_id: str,
    *,
    act: str,
    values: Mapping[str, object] | None = None,
    operator: Operator,
    reason: str,
    now: datetime,
) -> None:
    """Do what the case's kind offers under this name, and settle it: both or neither.

    The reason is kept as a note of the case, erasable. Conflict: it is settled, or does not offer the act.
    """
    require(operator, "case.settle")
    case = cases.settleable(tx, case_id, act)
    # What it is about before the case itself, as everywhere: whoever cancels the order settles its cases too.
    if case.kind in ("late_fact", "bring_back"):
        late.keep_still(tx, case)
    elif case.order_id is not None:
        keep_still(tx, [case.order_id])
    # First: an act may settle all that is open of the order, and this case has its own reason.
    cases.settle(tx, case_id, act=act, by=operator.badge, reason=reason, now=now)
    ACTS[act](_Asked(tx, case, values or {}, operator, now))


def _correct_address(asked: _Asked) -> None:
    address = amended(the_order(asked.tx, asked.order).ship_to, asked.values)
    correct_address_of(asked.tx, asked.order, address, operator=asked.operator, now=asked.now)


def _map_sku(asked: _Asked) -> None:
    shop = the_order(asked.tx, asked.order).shop
    map_sku_of(asked.tx, shop, asked.text("code"), asked.text("sku"), operator=asked.operator, now=asked.now)


def _put_back(asked: _Asked) -> None:
    put_goods_back(asked.tx, asked.case.subject, asked.values, operator=asked.operator, now=asked.now)


def _put_away(asked: _Asked) -> None:
    put_broken_away(asked.tx, asked.case, asked.values, operator=asked.operator, now=asked.now)


def _replan(asked: _Asked) -> None:
    if asked.case.kind in SHORT:
        short.replan_missing(asked.tx, asked.case, asked.order, operator=asked.operator, now=asked.now)
    else:
        replan_order(asked.tx, asked.order, operator=asked.operator, now=asked.now)


def _pick_again(asked: _Asked) -> None:
    short.pick_again(asked.tx, asked.case, operator=asked.operator, now=asked.now)


def _hold(asked: _Asked) -> None:
    hold_order(asked.tx, asked.order, reason="", operator=asked.operator, now=asked.now)


def _release(asked: _Asked) -> None:
    release_order(asked.tx, asked.order, operator=asked.operator, now=asked.now)


def _cancel(asked: _Asked) -> None:
    cancel_order(asked.tx, asked.order, reason="", operator=asked.operator, now=asked.now)


def _noted(asked: _Asked) -> None:
    """It was seen; there is nothing to do. What was found short is not sent: the rest goes without it."""
    if asked.case.kind in SHORT:
        short.send_short(asked.tx, asked.case, operator=asked.operator, now=asked.now)
    if asked.case.kind == "late_fact":
        late.note(asked.tx, asked.case, operator=asked.operator, now=asked.now)


def _accept(asked: _Asked) -> None:
    late.accept(asked.tx, asked.case, operator=asked.operator, now=asked.now)


def _discard(asked: _Asked) -> None:
    late.discard(asked.tx, asked.case, operator=asked.operator, now=asked.now)


def _brought_back(asked: _Asked) -> None:
    late.brought_back(asked.tx, asked.case, operator=asked.operator, now=asked.now)


def _take_over(asked: _Asked) -> None:
    takeover(asked.tx, station=asked.case.subject, operator=asked.operator, now=asked.now)


ACTS: dict[str, Callable[[_Asked], None]] = {
    "correct_address": _correct_address,
    "map_sku": _map_sku,
    "put_back": _put_back,
    "put_away": _put_away,
    "replan": _replan,
    "pick_again": _pick_again,
    "hold": _hold,
    "release": _release,
    "cancel": _cancel,
    "accept": _accept,
    "discard": _discard,
    "brought_back": _brought_back,
    "take_over": _take_over,
    "noted": _noted,
}
