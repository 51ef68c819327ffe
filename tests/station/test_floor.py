"""`packbench floor`: a line in, a line out; killed at any instant it loses nothing shown and does nothing twice."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from app.db import Database
from app.shipments import store as shipments
from app.station.journal.audit import verify
from app.station.journal.journal import FILE
from tests.station.benches import furnish

ROOT = Path(__file__).parents[2]
PLACE = ["workflow", "state", "expects", "job", "parcel", "progress", "printed"]
KEYS = ["n", "scan", "outcome", "message", "text", *PLACE]


@contextmanager
def floor(database: Database, folder: Path, printer: str, *, hints: bool = True) -> Iterator[subprocess.Popen[bytes]]:
    """The process, with its pipes unbuffered. At the end it is given no more input and waited for."""
    program = [sys.executable, "-m", "tests.station.floor_program", str(database.engine.url), str(folder), printer]
    words = [*program, "hints"] if hints else program
    process = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    assert process.stdin
    assert process.stdout
    try:
        yield process
        with suppress(OSError):
            process.stdin.close()
        process.wait(60)
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def said(out: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_each_line_is_answered_by_a_line_in_order_and_the_end_of_input_ends_it(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 2)])
    scans = [b"PBPICKER", b"DE-1-1\r", b"", b"A-01", b"x" * 200_000, b"4006381333931", b"]C1 4006381333931  ", b"pbtee"]
    with floor(sqlite_database, tmp_path, "memory://labels", hints=False) as process:
        out, _ = process.communicate(b"\n".join(scans), timeout=60)
    answers = said(out)
    assert process.returncode == 0
    assert [a["n"] for a in answers] == list(range(1, 9))
    assert [a["message"] for a in answers] == [
        "signed_in", "job_opened", "unreadable", "bin_reached", "unreadable", "item_taken", "item_taken", "pick_done",
    ]  # fmt: skip
    assert all(list(a) == KEYS for a in answers)
    assert all(len(a["scan"]) <= 200 for a in answers)
    with sqlite_database.read() as tx:
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "picked"


def test_a_reader_that_goes_away_ends_it_cleanly(sqlite_database: Database, now: datetime, tmp_path: Path) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 2)])
    with floor(sqlite_database, tmp_path, "memory://labels") as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"PBPICKER\n")
        assert process.stdout.readline()
        process.stdout.close()
        process.stdin.write(b"DE-1-1\nA-01\n4006381333931\n")
    assert process.returncode == 0


def test_sigterm_ends_it_like_the_end_of_input_and_keeps_its_claims(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 2)])
    with floor(sqlite_database, tmp_path, "memory://labels") as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"PBPICKER\nDE-1-1\nA-01\n")
        for _ in range(3):
            process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    with sqlite_database.read() as tx:
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "picking"
        assert tx.exec_driver_sql("SELECT count(*) FROM fact").scalar() == 1


@dataclass
class Sink:
    """A label printer on a socket: keeps what each connection brought, and whether it brought all."""

    url: str = ""
    labels: list[bytes] = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)


@contextmanager
def sink() -> Iterator[Sink]:
    listener = socket.create_server(("127.0.0.1", 0))
    found = Sink(f"tcp://127.0.0.1:{listener.getsockname()[1]}?settle=0.001")

    def take() -> None:
        while True:
            connection, _ = listener.accept()
            data = b""
            with connection, suppress(OSError):
                if found.closed.is_set():
                    return
                while part := connection.recv(65536):
                    data += part
            found.labels.append(data)

    thread = threading.Thread(target=take)
    thread.start()
    try:
        yield found
    finally:
        found.closed.set()
        socket.create_connection(listener.getsockname()).close()
        thread.join()
        listener.close()


@dataclass
class Shift:
    """What was shown so far: the furthest progress of each job, and how many scans of goods were sent."""

    done: dict[tuple[str, str], int] = field(default_factory=dict)
    facts: int = 0
    goods: int = 0
    over: bool = False
    answers: int = 0


def _work(process: subprocess.Popen[bytes], shift: Shift, chance: random.Random, most: int) -> None:
    """Follows the hints, with a wrong scan here and there, until nothing is left to do or it is killed.

    After `most` scans that is bound to happen: within a few milliseconds, while the next ones are on their way.
    """
    assert process.stdin
    assert process.stdout
    scan = b"PBPICKER"
    killer = threading.Timer(chance.uniform(0, 0.008), process.kill)
    for n in count():
        if n == most:
            killer.start()
        ahead = chance.random() < 0.3
        try:
            process.stdin.write(scan + b"\n" + (b"\n" if ahead else b""))
        except OSError:
            return
        for _ in range(1 + ahead):
            line = process.stdout.readline()
            if not line.endswith(b"\n"):
                return
            answer = json.loads(line)
        shift.answers += 1
        key = (answer["workflow"], answer["job"])
        if answer["job"]:
            done = answer["progress"]["done"]
            assert done >= shift.done.get(key, 0), f"shown before: {shift.done[key]}, now {answer}"
            shift.done[key] = done
        if not answer["next"]:
            shift.over = True
            return
        scan = answer["next"][0].encode()
        if scan.isdigit() and len(scan) == 13:
            shift.goods += 1
            if chance.random() < 0.1:
                scan = b"no such thing"


def _killed_often(database: Database, tmp_path: Path, now: datetime, rounds: int, scans_each: int) -> None:
    chance = random.Random()
    orders = {f"DE_{n}": [("CUP", 2 + n), ("TEE", 1 + n)] for n in range(1, 4)}
    furnish(database, now, **orders)
    shift, desk = Shift(), tmp_path / "desk"
    with sink() as printer:
        for kills in range(rounds + 1):
            last = kills == rounds
            with floor(database, desk, printer.url) as process:
                _work(process, shift, chance, -1 if last else chance.randrange(scans_each))
                if not last:
                    process.kill()
            if shift.answers:
                assert verify(desk / FILE) == []
        assert process.returncode == 0
        assert shift.over
    twice = [label for label, times in Counter(printer.labels).items() if times > 1 and label]
    assert twice == []
    journal = sqlite3.connect(desk / FILE)
    kept = [row[0] for row in journal.execute("SELECT op_id FROM fact ORDER BY seq")]
    moved = journal.execute("SELECT count(*) FROM fact WHERE kind IN ('ItemTaken', 'ItemPacked')").fetchone()[0]
    journal.close()
    assert moved <= shift.goods
    with database.read() as tx:
        applied = list(tx.exec_driver_sql("SELECT op_id FROM fact WHERE outcome = 'applied' ORDER BY seq").scalars())
        assert applied == kept
        for name, lines in orders.items():
            found = shipments.get(tx, [f"{name.replace('_', '-')}-1"])
            (shipment,) = found.values()
            assert shipment.state == "labelled"
            assert [(x.qty, x.picked, x.packed) for x in shipment.lines] == [(q, q, q) for _, q in lines]
        numbers = list(tx.exec_driver_sql("SELECT sscc FROM parcel WHERE state != 'void'"))
        assert len(numbers) == len(set(numbers)) == len(orders)


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX thing")
def test_killed_at_random_instants_a_bench_loses_nothing_shown_and_does_nothing_twice(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    _killed_often(sqlite_database, tmp_path, now, rounds=8, scans_each=24)


@pytest.mark.slow
def test_killed_a_hundred_times_a_bench_loses_nothing_shown_and_does_nothing_twice(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    _killed_often(sqlite_database, tmp_path, now, rounds=100, scans_each=4)
