"""Letting a PostgreSQL login in: as a bench, which then is that bench alone, or as supervisor, hub or reader."""

from __future__ import annotations

from app.base.errors import Conflict
from app.db import Tx, access
from app.db.grants import BENCH
from app.site import store


def admit(tx: Tx, role: str, login: str, *, station: str = "") -> bool:
    """True: the login was made; it has no password yet. `station`: the one it is, for a bench.

    NotFound: no such station. Conflict: the login is another station's. A login the station had before is let go.
    """
    if role == BENCH:
        before = store.station(tx, station).login
        other = next((s.name for s in store.stations(tx) if s.login == login and s.name != station), None)
        if other:
            raise Conflict(f"{login} is {other}", kind="login_taken", login=login, station=other)
        if before and before != login:
            access.dismiss(tx, BENCH, before)
        store.set_login(tx, station, login)
    return access.admit(tx, role, login)
