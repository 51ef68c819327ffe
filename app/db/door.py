"""Who may come into this database at all. Roles are the server's: without a door, what another of its databases made of
a login it would be here too. So CONNECT is taken from everybody, and given to each login that this database lets in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from app.base.errors import Refused
from app.db.engine import Tx
from app.db.grants import BENCH, ROLES


@dataclass(frozen=True, slots=True)
class Door:
    """`open`: whoever has one of our roles may come in, whichever database gave it. `guests`: logins let in by name."""

    database: str
    open: bool
    guests: tuple[str, ...]

    def lets_in(self, login: str) -> bool:
        return self.open or login in self.guests


def here(tx: Tx) -> Door:
    return _doors(tx, "d.datname = current_database()")[0]


def others(tx: Tx) -> tuple[Door, ...]:
    """The other databases of this server in which our roles may do something."""
    return _doors(
        tx,
        "d.datname <> current_database() AND EXISTS (SELECT FROM pg_shdepend s JOIN pg_roles o ON o.oid = s.refobjid"
        " WHERE s.dbid = d.oid AND s.refclassid = 'pg_authid'::regclass AND o.rolname = ANY(:ours))",
        ours=list(ROLES),
    )


def roles_of(tx: Tx, login: str) -> set[str]:
    """Which of our roles it is a member of, in all databases of the server alike."""
    return {role for role, member in _members(tx) if member == login}


def close(tx: Tx, *, new: bool) -> tuple[str, ...]:
    """Shuts it to everybody who is not let in by name, if this login may; those who were let in by name for it.

    Whoever came in until now goes on doing so: the stations' logins, and all in our other roles, for whose those are is
    written nowhere. A `new` database has seen nobody yet.
    """
    if not _ours(tx):
        return ()
    door, members = here(tx), _members(tx)
    stations = set(tx.scalars(text("SELECT login FROM station WHERE login <> ''")))
    let = {login for role, login in members if role == BENCH and login in stations}
    if door.open and not new:
        let |= {login for role, login in members if role != BENCH}
    let -= set(door.guests)
    for login in sorted(let):
        _say(tx, "GRANT", "TO", _quoted(tx, login))
    if door.open:
        _say(tx, "REVOKE", "FROM", "PUBLIC")
    return tuple(sorted(let))


def left_over(tx: Tx, role: str, login: str) -> set[str]:
    """What a login is a member of, it is in every database that lets it in. So these roles it must lose before it is
    let in as `role`: no database needs them any more, since it was dropped, say.

    Refused (kind login_elsewhere): it could do here, or in another database, what it may not there.
    """
    door, has, elsewhere = here(tx), roles_of(tx, login), others(tx)
    brings = set() if door.lets_in(login) else has - {role}
    grows = [one.database for one in elsewhere if login in one.guests] if role not in has else []
    needed = grows or [one.database for one in elsewhere if brings and one.lets_in(login)]
    if needed:
        spoken = ", ".join(sorted(one.removeprefix("packbench_") for one in has)) or "–"
        raise Refused(
            f"{login} is let into {needed}", kind="login_elsewhere",
            login=login, databases=", ".join(needed), roles=spoken,
        )  # fmt: skip
    return brings


def let_in(tx: Tx, login: str) -> None:
    """Refused (kind door_not_ours, with the `statements` to be run): only the database's owner may."""
    door = here(tx)
    if _ours(tx):
        if login not in door.guests:
            _say(tx, "GRANT", "TO", _quoted(tx, login))
    elif not door.lets_in(login):
        raise _not_ours(tx, "GRANT", f"TO {_quoted(tx, login)}")


def shut_out(tx: Tx, login: str) -> None:
    """It opens no new session here. Refused as above."""
    if _ours(tx):
        _say(tx, "REVOKE", "FROM", _quoted(tx, login))
    elif here(tx).lets_in(login):
        raise _not_ours(tx, "REVOKE", f"FROM PUBLIC, {_quoted(tx, login)}")


def end_sessions(tx: Tx, login: str) -> int:
    """Ends what the login has open here, once it is shut out; how many go on, for we may not end them."""
    may = "(SELECT rolsuper FROM pg_roles WHERE rolname = current_user) OR pg_has_role(usesysid, 'USAGE')"
    ended = tx.scalars(
        text(
            f"SELECT CASE WHEN {may} THEN pg_terminate_backend(pid) ELSE false END FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = :login"
        ),
        {"login": login},
    )
    return sum(not one for one in ended)


def _doors(tx: Tx, which: str, **values: object) -> tuple[Door, ...]:
    """The owner of a database needs no letting in."""
    rows = tx.execute(
        text(
            "SELECT d.datname, coalesce(bool_or(x.grantee = 0), false),"
            " coalesce(array_agg(g.rolname::text) FILTER (WHERE g.oid <> d.datdba), '{}')"
            " FROM pg_database d LEFT JOIN LATERAL aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) x"
            " ON x.privilege_type = 'CONNECT' LEFT JOIN pg_roles g ON g.oid = x.grantee"
            f" WHERE {which} GROUP BY d.datname ORDER BY d.datname"
        ),
        values,
    )
    return tuple(Door(name, everybody, tuple(sorted(guests))) for name, everybody, guests in rows)


def _members(tx: Tx) -> Sequence[tuple[str, str]]:
    """(role of ours, login)"""
    rows = tx.execute(
        text(
            "SELECT r.rolname, l.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid"
            " JOIN pg_roles l ON l.oid = m.member WHERE r.rolname = ANY(:ours)"
        ),
        {"ours": list(ROLES)},
    )
    return [(role, login) for role, login in rows]


def _ours(tx: Tx) -> bool:
    """Whether this login may say who comes in."""
    asked = "SELECT has_database_privilege(current_database(), 'CONNECT WITH GRANT OPTION')"
    return bool(tx.execute(text(asked)).scalar())


def _say(tx: Tx, verb: str, preposition: str, whom: str) -> None:
    tx.exec_driver_sql(f"{verb} CONNECT ON DATABASE {_name(tx)} {preposition} {whom}")


def _not_ours(tx: Tx, verb: str, whom: str) -> Refused:
    statements = f"{verb} CONNECT ON DATABASE {_name(tx)} {whom};"
    return Refused("not the database's owner", kind="door_not_ours", statements=statements)


def _name(tx: Tx) -> str:
    return str(tx.execute(text("SELECT quote_ident(current_database())")).scalar_one())


def _quoted(tx: Tx, login: str) -> str:
    return tx.dialect.identifier_preparer.quote_identifier(login)
