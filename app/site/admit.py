"""Letting a PostgreSQL login in, as a bench, which then is that bench alone, or as one of the others; and out again."""

from __future__ import annotations

from app.base.errors import Conflict, NotFound
from app.db import Tx, access, door
from app.db.grants import BENCH, ROLES
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
            access.dismiss(tx, before, BENCH)
        store.set_login(tx, station, login)
    return access.admit(tx, role, login)


def dismiss(tx: Tx, login: str) -> tuple[str, ...]:
    """Lets a login out of this database, whatever it was here; the other databases of the server that still let it in.

    What it has open here may write nothing of a bench's any more; `door.end_sessions` ends it. NotFound: nobody here.
    """
    own = [station.name for station in store.stations(tx) if station.login == login]
    if not own and login not in door.here(tx).guests and not door.roles_of(tx, login):
        raise NotFound(f"{login} is nobody here", kind="login_unknown", login=login)
    for station in own:
        store.set_login(tx, station, "")
    return access.dismiss(tx, login, *ROLES)
