"""Giving somebody a PIN, or another one."""

from __future__ import annotations

from datetime import datetime

from app.base.errors import NotFound
from app.db import Tx, feed
from app.site import store
from app.site.pin import hashed
from app.site.roles import Operator, require


def set_pin(tx: Tx, badge: str, pin: str, *, operator: Operator, now: datetime) -> Operator:
    """From now on that badge wants this PIN; benches hear of it by the feed. Gives whose badge it is.

    Refused (bad_pin): not four to twelve digits. NotFound: nobody has the badge.
    """
    require(operator, "operator.pin")
    bearer = store.operator(tx, badge)
    if bearer is None:
        raise NotFound(f"badge {badge!r:.40}", kind="unknown_badge", badge=badge[:40])
    store.put_pin(tx, bearer.badge, hashed(pin))
    feed.announce(tx, "operator", [bearer.badge], now)
    return bearer
