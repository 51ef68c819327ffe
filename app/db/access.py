"""Roles and logins of a shared PostgreSQL, as app/db/grants.py lists them. Done by whoever owns the tables, at `init`.

Roles are the server's, shared by all its databases; what they may do, and who comes in (app/db/door.py), is each
database's own. We never know a password.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import text

from app.base.errors import NotAllowed, Refused
from app.db import door
from app.db.engine import Database, Tx
from app.db.grants import HUB, POLICIES, ROLES, TABLES

# Two inits at once would meet in the same rows of the server's catalogue.
_TURN = 0x7061636B
_PRIVILEGE = re.compile(r"(SELECT|INSERT|UPDATE|DELETE)(?: \(([^)]*)\))?")
_HERE = "relnamespace = current_schema()::text::regnamespace"

# (table or sequence, column or "", role, privilege)
Grant = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Roles:
    """Roles that were made, roles that were there; `changed`: somebody may do something else than before.

    `let_in`: logins that came in with everybody until now, and by name from now on.
    """

    made: tuple[str, ...]
    kept: tuple[str, ...]
    changed: bool
    let_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Login:
    """Who is connected. `owner`: the tables are theirs, or would be, where there are none yet.

    A superuser owns all of them: nothing holds them back.
    """

    name: str
    roles: tuple[str, ...]
    owner: bool
    encrypted: bool

    @property
    def runs_the_house(self) -> bool:
        """The tables' owner or the hub: what nobody's badge stands for is theirs to do."""
        return self.owner or HUB in self.roles


def grant(database: Database) -> Roles:
    """Makes the roles that lack, and what each may do is what is listed from then on: no more and no less.

    Refused (kind roles_missing, with the `statements` somebody else has to run): this login may not make roles.
    """
    return database.act(_granted)


def _granted(tx: Tx) -> Roles:
    tx.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
    made = _make_roles(tx)
    there = _tables(tx)
    standing = _standing(tx, there)
    let = door.close(tx, new=not standing)
    changed = standing != wanted(there)
    if changed:
        schema = tx.execute(text("SELECT quote_ident(current_schema())")).scalar_one()
        tx.exec_driver_sql(";\n".join(_statements(schema, there, standing)))
    return Roles(made, tuple(r for r in ROLES if r not in made), _police(tx, there) or changed, let)


def admit(tx: Tx, role: str, login: str) -> bool:
    """Makes `login` a member of `role`, and lets it in. True: it did not exist before.

    How it proves who it is, is the server's affair. Refused: login_elsewhere, door_not_ours.
    """
    _one_at_a_time(tx)
    left_over = door.left_over(tx, role, login)
    new = not tx.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :login"), {"login": login}).first()
    quoted = tx.dialect.identifier_preparer.quote_identifier(login)
    if new:
        tx.exec_driver_sql(f"CREATE ROLE {quoted} LOGIN")
    for other in sorted(left_over):
        tx.exec_driver_sql(f"REVOKE {other} FROM {quoted}")
    tx.exec_driver_sql(f"GRANT {role} TO {quoted}")
    door.let_in(tx, login)
    return new


def dismiss(tx: Tx, login: str, *roles: str) -> tuple[str, ...]:
    """Takes `login` out of these `roles`, and shuts it out when no other is left to it.

    Other databases that let it in need it to stay what it is: theirs are the names that are given, and there it keeps
    the roles. Refused: door_not_ours.
    """
    _one_at_a_time(tx)
    if not tx.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :login"), {"login": login}).first():
        return ()
    has, elsewhere = door.roles_of(tx, login), tuple(one.database for one in door.others(tx) if one.lets_in(login))
    if not has - set(roles) and (elsewhere or login in door.here(tx).guests):
        door.shut_out(tx, login)
    if not elsewhere:
        quoted = tx.dialect.identifier_preparer.quote_identifier(login)
        for role in sorted(has & set(roles)):
            tx.exec_driver_sql(f"REVOKE {role} FROM {quoted}")
    return elsewhere


def _one_at_a_time(tx: Tx) -> None:
    """Who comes in, and as what, is for whoever owns the tables to say. NotAllowed (kind login_may_not) otherwise."""
    login = who(tx)
    if not login.owner:
        raise NotAllowed(f"login {login.name} owns no tables", kind="login_may_not")
    tx.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})


def who(tx: Tx) -> Login:
    """Who this connection is, to the shared database."""
    row = tx.execute(
        text(
            "SELECT current_user, (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()),"
            " (SELECT coalesce(bool_or(pg_has_role(relowner, 'USAGE')),"
            " has_schema_privilege(current_schema(), 'CREATE'))"
            f" FROM pg_class WHERE {_HERE} AND relname = 'station')"
        )
    ).one()
    ours = "SELECT rolname FROM pg_roles WHERE rolname = ANY(:ours) AND pg_has_role(oid, 'USAGE') ORDER BY rolname"
    roles = tuple(tx.scalars(text(ours), {"ours": list(ROLES)}))
    return Login(row[0], roles, bool(row[2]), bool(row[1]))


def up_to_date(tx: Tx) -> bool:
    """Whether roles, grants and policies are those of this program."""
    there = _tables(tx)
    return (
        set(ROLES) == set(_known_roles(tx))
        and _standing(tx, there) == wanted(there)
        and _policies(tx) == _listed(there)
    )


def wanted(there: Mapping[str, list[str]]) -> set[Grant]:
    """The grants that are listed for these tables, each with its sequences: to add a row is to take a number."""
    found: set[Grant] = set()
    for table, sequences in there.items():
        for role in ROLES:
            for privilege, columns in privileges(TABLES[table].of(role)):
                found |= {(table, column, role, privilege) for column in columns or ("",)}
                found |= {(sequence, "", role, "USAGE") for sequence in sequences if privilege == "INSERT"}
    return found


def privileges(said: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(privilege, its columns; none: of the whole table) from a line of the list."""
    for privilege, columns in _PRIVILEGE.findall(said):
        yield privilege, tuple(filter(None, columns.split(", ")))


def _make_roles(tx: Tx) -> tuple[str, ...]:
    known = _known_roles(tx)
    made = [f"CREATE ROLE {role} NOLOGIN" for role in ROLES if role not in known]
    may = tx.execute(text("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")).scalar_one()
    if made and not may:
        statements = "; ".join(made) + ";"
        raise Refused(f"this login may not make roles: {statements}", kind="roles_missing", statements=statements)
    for statement in made:  # an init in another database of this server may have been quicker
        quicker = "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL"
        tx.exec_driver_sql(f"DO $$ BEGIN {statement}; {quicker}; END $$")
    return tuple(role for role in ROLES if role not in known)


def _known_roles(tx: Tx) -> list[str]:
    return list(tx.scalars(text("SELECT rolname FROM pg_roles WHERE rolname = ANY(:ours)"), {"ours": list(ROLES)}))


def _tables(tx: Tx) -> dict[str, list[str]]:
    """Our tables in this database, each with the sequences its rows take their numbers from."""
    rows = tx.execute(
        text(
            "SELECT t.relname, s.relname FROM pg_class t"
            " LEFT JOIN pg_depend d ON d.refobjid = t.oid AND d.deptype = 'a' AND d.classid = 'pg_class'::regclass"
            " LEFT JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'"
            f" WHERE t.{_HERE} AND t.relkind IN ('r', 'p')"
        )
    )
    found: dict[str, list[str]] = {}
    for table, sequence in rows:
        if table in TABLES:
            found.setdefault(table, []).extend([sequence] if sequence else [])
    return found


def _standing(tx: Tx, there: Mapping[str, list[str]]) -> set[Grant]:
    """What stands at our tables for our roles, for whoever is in one of them, and for PUBLIC: each could do it."""
    members = "SELECT m.member FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid WHERE r.rolname = ANY(:ours)"
    ours = (
        f"LEFT JOIN pg_roles g ON g.oid = x.grantee WHERE c.{_HERE} AND c.relname = ANY(:there)"
        f" AND x.grantee <> c.relowner AND (x.grantee = 0 OR g.rolname = ANY(:ours) OR x.grantee IN ({members}))"
    )
    whom = "CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(g.rolname) END"
    rows = tx.execute(
        text(
            f"SELECT c.relname, '', {whom}, x.privilege_type FROM pg_class c CROSS JOIN aclexplode(c.relacl) x {ours}"
            f" UNION ALL SELECT c.relname, a.attname, {whom}, x.privilege_type FROM pg_class c"
            f" JOIN pg_attribute a ON a.attrelid = c.oid CROSS JOIN aclexplode(a.attacl) x {ours}"
        ),
        {"ours": list(ROLES), "there": [*there, *(name for names in there.values() for name in names)]},
    )
    return {tuple(row) for row in rows}


def _statements(schema: str, there: Mapping[str, list[str]], standing: set[Grant]) -> Iterator[str]:
    yield f"GRANT USAGE ON SCHEMA {schema} TO {', '.join(ROLES)}"
    everybody = ", ".join(sorted({*ROLES, *(whom for _, _, whom, _ in standing)}))
    for table, sequences in there.items():
        yield f"REVOKE ALL ON TABLE {table} FROM {everybody} CASCADE"
        for sequence in sequences:
            yield f"REVOKE ALL ON SEQUENCE {sequence} FROM {everybody} CASCADE"
        for role in ROLES:
            said = TABLES[table].of(role)
            if said:
                yield f"GRANT {said} ON TABLE {table} TO {role}"
            if "INSERT" in said:
                yield from (f"GRANT USAGE ON SEQUENCE {sequence} TO {role}" for sequence in sequences)


def _listed(there: Mapping[str, list[str]]) -> set[tuple[str, str, str]]:
    return {(table, name, said) for table in POLICIES if table in there for name, said in POLICIES[table].items()}


def _policies(tx: Tx) -> set[tuple[str, str, str]]:
    """(table, policy, what was asked for: its comment says it; "off" where the table doesn't heed it)"""
    rows = tx.execute(
        text(
            "SELECT c.relname, p.polname,"
            " CASE WHEN c.relrowsecurity THEN coalesce(obj_description(p.oid, 'pg_policy'), '') ELSE 'off' END"
            f" FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE c.{_HERE}"
        )
    )
    return {tuple(row) for row in rows if row[0] in TABLES}


def _police(tx: Tx, there: Mapping[str, list[str]]) -> bool:
    """Whose rows are whose. Only where something differs: it stops everybody at these tables for a moment."""
    listed, standing = _listed(there), _policies(tx)
    if listed == standing:
        return False
    # The station first, as whoever writes takes it: who is in the midst of writing ends before, all others wait.
    tables = sorted({table for table, _, _ in listed | standing}, key=lambda table: (table != "station", table))
    script = [f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE"]
    script += [f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY" for table in tables]
    script += [f"DROP POLICY {name} ON {table}" for table, name, _ in sorted(standing)]
    for table, name, said in sorted(listed):
        quoted = said.replace("'", "''")
        script += [f"CREATE POLICY {name} ON {table} {said}", f"COMMENT ON POLICY {name} ON {table} IS '{quoted}'"]
    tx.exec_driver_sql(";\n".join(script))
    return True
