"""`packbench floor` in a process of its own, over its pipes: scans a second without waiting, and one by one."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from app.bench import shop
from app.bench.asked import Asked
from app.bench.disk import fsyncs
from app.bench.driver import program, surroundings
from app.bench.figures import Figures, runs, spread
from app.bench.script import Script, rehearse
from app.db.plain import reading
from app.station.journal.audit import last_kept
from app.station.journal.journal import FILE as JOURNAL

_LINES, _UNITS = 10, 100
# One by one, the journal is asked from outside after so many answers whether it holds what they said.
_LOOK_EVERY = 10
_PATIENCE_S = 120.0


@dataclass(slots=True)
class _Run:
    """What one run took. `lost`: answers given whose facts were not in the journal yet; must stay 0."""

    pick_s: float = 0.0
    pack_s: float = 0.0
    waits: list[float] = field(default_factory=list)
    disk: list[float] = field(default_factory=list)
    opening_s: float = 0.0
    applied: float = 0.0
    lost: int = 0


def run(asked: Asked) -> Figures:
    """One job of 10 lines × 100 units, picked and packed, every tenth item taken back and scanned again."""
    home = asked.fresh("shop")
    shipment = shop.big_order(home, lines=asked.many(_LINES), units=asked.many(_UNITS))
    script = rehearse(home, shipment)
    piped = [_piped(shop.copied(home, folder / "home"), script) for folder in asked.homes()]
    single = [_single(shop.copied(home, folder / "home"), script) for folder in asked.homes()]
    return {
        "what": "packbench floor as a process of its own, journal and shared database SQLite with synchronous=FULL",
        "scans": script.scans,
        "piped": {
            "all": runs([script.scans / (r.pick_s + r.pack_s) for r in piped], "scans/s", at_least=1000),
            "pick": runs([len(script.pick) / r.pick_s for r in piped], "scans/s"),
            "pack": runs([len(script.pack) / r.pack_s for r in piped], "scans/s"),
            "applied_meanwhile": runs([r.applied for r in piped], "facts/s"),
            "opening_behind_it": runs([r.opening_s for r in piped], "s"),
            "answers_before_their_fact": sum(r.lost for r in piped),
        },
        "single": {
            "answer": spread([r.waits for r in single], "ms", at_most=5),
            # Other programs at the same disk: what an answer had to wait for in any case.
            "disk_alone": spread([r.disk for r in single], "ms"),
            "answers_before_their_fact": sum(r.lost for r in single),
        },
    }


def _piped(home: Path, script: Script) -> _Run:
    done = _Run()
    with _floor(home) as bench:
        journal = home / "stations" / shop.STATION / JOURNAL
        for codes in (script.pick, script.pack):
            started = perf_counter()
            _asked(bench, script.shipment)
            done.opening_s = perf_counter() - started
            before, applied = last_kept(journal), _applied(home)
            took = _poured(bench, codes)
            # Each of these scans leaves a fact or more: what is answered and not there was not kept first.
            done.lost += max(0, len(codes) - (last_kept(journal) - before))
            if codes is script.pick:
                done.pick_s, done.applied = took, (_applied(home) - applied) / took
            else:
                done.pack_s = took
    return done


def _single(home: Path, script: Script) -> _Run:
    done = _Run()
    with _floor(home) as bench:
        journal = home / "stations" / shop.STATION / JOURNAL
        for codes in (script.pick, script.pack):
            _asked(bench, script.shipment)
            done.disk += fsyncs(home)
            before = last_kept(journal)
            for n, code in enumerate(codes, 1):
                line = code.encode() + b"\n"
                started = perf_counter()
                _write(bench, line)
                _read(bench)
                done.waits.append((perf_counter() - started) * 1000)
                if n % _LOOK_EVERY == 0:
                    done.lost += last_kept(journal) - before < n
    return done


@contextmanager
def _floor(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    words = ["floor", "--station", shop.STATION, "--operator", shop.BADGE, "--printer", (home / "labels").as_uri()]
    with subprocess.Popen(  # noqa: S603
        [*program(), *words],
        env=surroundings(home, question_timeout_s=_PATIENCE_S),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def _asked(bench: subprocess.Popen[bytes], code: str) -> None:
    _write(bench, code.encode() + b"\n")
    answer = json.loads(_read(bench))
    assert answer["message"] in {"job_opened", "job_opened_split"}, answer


def _poured(bench: subprocess.Popen[bytes], codes: Sequence[str]) -> float:
    """Seconds from the first line in to the last answer out, nobody waiting in between."""
    lines = "".join(f"{code}\n" for code in codes).encode()
    feeding = threading.Thread(target=_write, args=(bench, lines))
    started = perf_counter()
    feeding.start()
    for _ in codes:
        _read(bench)
    took = perf_counter() - started
    feeding.join()
    return took


def _applied(home: Path) -> int:
    """How many of the bench's facts the shared database has."""
    with reading(shop.url(home)) as read:
        return int(read("SELECT last_seq FROM station WHERE name = :name", name=shop.STATION)[0]["last_seq"])


def _write(bench: subprocess.Popen[bytes], lines: bytes) -> None:
    assert bench.stdin is not None
    bench.stdin.write(lines)
    bench.stdin.flush()


def _read(bench: subprocess.Popen[bytes]) -> bytes:
    assert bench.stdout is not None
    line = bench.stdout.readline()
    assert line.endswith(b"\n"), line
    return line
