"""Who acts by the command line: whoever runs the house, or the bearer of a badge, who types the PIN it has."""

from __future__ import annotations

import math
import os
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import typer

from app.base.clock import Clock, from_stamp, stamp
from app.base.errors import NotFound, Refused
from app.base.ids import uuid7
from app.cli.words import say
from app.db import access
from app.site import store
from app.site.pin import REMEMBERED_S, VOUCHER, Bearer, fits, pause_s, vouched
from app.site.roles import SYSTEM, Operator

if TYPE_CHECKING:
    from app.db import Database


def who(badge: str | None, clock: Clock, database: Database) -> Operator:
    """SYSTEM without a badge: on SQLite anybody's who can open the file, on PostgreSQL the owner's and the hub's alone.

    Refused: badge_wanted; no_pin_yet, the role wants one and the badge has none; pin_unasked, there is no terminal to
    ask for it at; wrong_pin; pin_wait, too many were wrong. NotFound for a badge nobody has.
    """
    if badge is None:
        return _nobody(database)
    with database.read() as tx:
        bearer = next((one for one in store.bearers(tx) if one.operator.badge == badge.upper()), None)
    if bearer is None:
        raise NotFound(f"badge {badge!r:.40}", kind="unknown_badge", badge=badge[:40])
    name = bearer.operator.name
    if bearer.pin_due and not bearer.pin_hash:
        raise Refused(f"{name} has no PIN", kind="no_pin_yet", name=name)
    if bearer.pin_hash and os.environ.get(VOUCHER) != vouched(bearer):
        _prove(clock, database, bearer)
    return bearer.operator


def _nobody(database: Database) -> Operator:
    if not database.is_sqlite:
        with database.read() as tx:
            login = access.who(tx)
        if not login.runs_the_house:
            raise Refused(f"login {login.name} acts in nobody's name", kind="badge_wanted", login=login.name)
    return SYSTEM


def _prove(clock: Clock, database: Database, bearer: Bearer) -> None:
    """Typed unseen, never an argument: `ps` and history show those. A mistake counts as one at a bench does."""
    badge, name = bearer.operator.badge, bearer.operator.name
    if not sys.stdin.isatty():
        raise Refused(f"{name} has a PIN", kind="pin_unasked", name=name)
    with database.read() as tx:
        now = database.now(tx, clock)
        mistakes, last = store.pin_mistakes(tx, badge, stamp(now - timedelta(seconds=REMEMBERED_S)))
    wait = pause_s(mistakes) - (now - from_stamp(last)).total_seconds() if last else 0.0
    if wait > 0:
        raise Refused(f"{name} waits", kind="pin_wait", name=name, seconds=math.ceil(wait))
    if fits(bearer.pin_hash, str(typer.prompt(say("station.says.pin_wanted", name=name), hide_input=True, err=True))):
        return
    with database.write() as tx:
        store.add_pin_tries(tx, [(uuid7(), badge, "", stamp(database.now(tx, clock)))])
    raise Refused(f"not the PIN of {name}", kind="wrong_pin", name=name)
