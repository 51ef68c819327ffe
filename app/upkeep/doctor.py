"""What this machine has, and what it lacks, for packing here."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import sys
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

from app.base.clock import Clock, SystemClock
from app.base.errors import NotAllowed, NotLetIn, PackbenchError, SchemaMismatch
from app.db import Database, Tx, access, door
from app.db.head import HEAD
from app.db.migrate import require_current, version
from app.db.password import hidden, is_given, keyring_name
from app.site import store as site
from app.site.site import Station
from app.station.journal import audit
from app.station.journal.journal import FILE as JOURNAL
from app.station.speaker import find_player, known_players
from app.upkeep.doctor_shared import Found, examine_shared
from printers.errors import UnknownPrinter
from printers.fonts import missing_scripts
from printers.transport import Address

# What our customers' addresses are written in, with some letters of each. Debian's two small font packages have all.
_SCRIPTS = {
    "Latin": "Straße Łódź Žižkov Þórsgata",
    "Greek": "Αθήνα Πλατεία",
    "Cyrillic": "Київ Москва",
    "Arabic": "شارع الملك فهد",
    "Hebrew": "רחוב הרצל",
    "Han": "深圳市宝安区福永街道",
    "Kana": "とうきょう トウキョウ",
    "Hangul": "서울특별시 강남구",
}
_WESTERN, _EAST_ASIAN = "fonts-dejavu-core", "fonts-wqy-microhei"
_RARE_SCRIPTS = {"Thai": "กรุงเทพ", "Devanagari": "नई दिल्ली"}
# A year of labels and journals of a busy bench is smaller (bytes).
_ROOM = 500_000_000
_PATIENCE_S = 2.0
_CLOCK = SystemClock()


def examine(
    database: Database | None,
    *,
    home: Path,
    stations: Path,
    printers: tuple[str, ...],
    archive_months: int = 0,
    clock: Clock = _CLOCK,
) -> Iterator[Found]:
    """Looks at everything; changes nothing. `database` None: it can't be opened. `printers`: addresses.

    `archive_months`: after how many months what is over leaves for the archive; 0: never.
    """
    yield Found("program", sys.version_info >= (3, 11), "program", _versions())
    known, fits = yield from _database(database)
    if database is not None and fits:
        yield from examine_shared(database, clock, archive_months)
    yield from _fonts()
    local = {folder.name: folder for folder in sorted(stations.glob("*")) if (folder / JOURNAL).exists()}
    for url in dict.fromkeys(printers):
        yield _printer(url, needed=True)
    for name, url in known.items():
        if url and url not in printers:
            yield _printer(url, needed=name in local)
    for name, folder in local.items():
        yield _journal(name, folder / JOURNAL)
    yield _disk(home)
    yield _sound()


def _versions() -> dict[str, object]:
    return {"python": ".".join(map(str, sys.version_info[:3])), "sqlite": sqlite3.sqlite_version}


def _database(database: Database | None) -> Generator[Found, None, tuple[dict[str, str], bool]]:
    """Also gives each station's printer, and whether this program may use the database."""
    if database is None:
        yield Found("database", False, "database_away")
        return {}, False
    address = database.engine.url.render_as_string(hide_password=False)
    try:
        found, fits = version(database), _fits(database)
        say = "database_empty" if found is None else "database_other" if found < HEAD else "database_newer"
        say = "database" if found == HEAD else "database_fits" if fits else say
        yield Found("database", fits, say, {"found": found, "expected": HEAD, "url": hidden(address)})
        if not fits:
            return {}, False
        with database.read() as tx:
            stations = site.stations(tx)
            if not database.is_sqlite:
                yield from _logins(tx, stations)
                yield _password(address)
        return {s.name: s.printer for s in stations}, True
    except NotAllowed:
        yield Found("login", False, "login_nobody", {"login": database.engine.url.username or "LOGIN"})
        return {}, False
    except NotLetIn as error:
        yield Found("database", False, error.kind, dict(error.values))
        return {}, False
    except PackbenchError:
        yield Found("database", False, "database_away")
        return {}, False


def _fits(database: Database) -> bool:
    try:
        require_current(database)
    except SchemaMismatch:
        return False
    return True


def _logins(tx: Tx, stations: Sequence[Station]) -> Iterator[Found]:
    """Who we are to a shared PostgreSQL, and whether everybody can be who they are."""
    me = access.who(tx)
    roles = [role.removeprefix("packbench_") for role in me.roles]
    own = ", ".join(s.name for s in stations if s.login == me.name)
    values: dict[str, object] = {
        "login": me.name,
        "roles": ", ".join(f"{role} {own}" if own and role == "bench" else role for role in roles) or "–",
        "tls": "TLS" if me.encrypted else "–",
    }
    say = "login_owner" if me.owner else "login" if me.roles else "login_nobody"
    yield Found("login", say == "login", say, values, needed=say == "login_nobody")
    right = access.up_to_date(tx)
    yield Found("roles", right, "roles" if right else "roles_behind")
    yield from _doors(tx, stations)
    without = ", ".join(s.name for s in stations if not s.login)
    yield Found("bench logins", not without, "bench_logins" if not without else "bench_logins_lacking",
                {"stations": without}, needed=False)  # fmt: skip


def _doors(tx: Tx, stations: Sequence[Station]) -> Iterator[Found]:
    """Who may come in here, and where else on this server the same roles are used."""
    own, others = door.here(tx), door.others(tx)
    benches = {s.login for s in stations if s.login}
    shut = "" if own.open else ", ".join(sorted(benches - set(own.guests)))
    named = ", ".join(login for login in own.guests if login not in benches) or "–"
    say = "door_open" if own.open else "door_shut" if shut else "door"
    yield Found("door", say == "door", say, {"logins": shut or named, "benches": len(benches)}, needed=False)
    if others:
        open_ = ", ".join(one.database for one in others if one.open)
        say = "roles_shared_open" if open_ else "roles_shared"
        values = {"databases": open_ or ", ".join(one.database for one in others)}
        yield Found("other databases", not open_, say, values, needed=False)


def _password(address: str) -> Found:
    if is_given(address):
        return Found("password", False, "password_in_address", needed=False)
    keyring = keyring_name()
    return Found("password", True, "password" if keyring else "password_libpq", {"keyring": keyring}, needed=False)


def _fonts() -> Iterator[Found]:
    for scripts, needed in ((_SCRIPTS, True), (_RARE_SCRIPTS, False)):
        for script, text in scripts.items():
            say = "font" if not missing_scripts(text) else "font_lacking" if needed else "font_rare"
            package = _EAST_ASIAN if script in ("Han", "Kana", "Hangul") else _WESTERN
            yield Found(f"font {script}", say == "font", say, {"script": script, "package": package}, needed)


def _printer(url: str, *, needed: bool) -> Found:
    try:
        address = Address.parse(url)
    except UnknownPrinter as error:
        return Found(f"printer {url}", False, "printer_unknown", {"url": url, "why": error}, needed)
    try:
        if address.scheme == "tcp":
            socket.create_connection((address.host, address.port or 9100), timeout=_PATIENCE_S).close()
        elif address.scheme == "file":
            _writable(Path(address.path))
    except OSError as error:
        why = error.strerror or type(error).__name__
        return Found(f"printer {url}", False, "printer_away", {"url": url, "why": why}, needed)
    return Found(f"printer {url}", True, "printer", {"url": url}, needed)


def _writable(folder: Path) -> None:
    """The folder, or the one it will be made in, takes files. OSError otherwise."""
    there = next(f for f in (folder, *folder.parents) if f.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        raise PermissionError(13, os.strerror(13))


def _journal(name: str, file: Path) -> Found:
    wrong = audit.verify(file)
    if wrong:
        return Found(f"journal {name}", False, "journal_wrong", {"station": name, "why": wrong[0]})
    values: dict[str, object] = {"station": name, "kb": file.stat().st_size // 1024, "facts": audit.waiting(file)}
    return Found(f"journal {name}", True, "journal_waiting" if values["facts"] else "journal", values)


def _disk(home: Path) -> Found:
    there = next(f for f in (home, *home.parents) if f.exists())
    free = shutil.disk_usage(there).free
    return Found(
        "disk", free >= _ROOM, "disk" if free >= _ROOM else "disk_full", {"mb": free // 1_000_000, "path": there}
    )


def _sound() -> Found:
    player = find_player()
    say = "sound" if player else "sound_lacking"
    return Found("sound", bool(player), say, {"player": player or known_players()}, needed=False)
