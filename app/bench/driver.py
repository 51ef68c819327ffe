"""A bench driven from outside, as a person with a scanner would: `packbench floor` in a process of its own.

The demo shift, the journeys of the tests and the benchmarks all stand on this.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.base.paths import ROOT

Answer = dict[str, Any]

# No job of the demo needs so many scans; one that does goes in circles.
_MOST_SCANS = 1_000


class BenchGone(Exception):
    """The bench's process ended while an answer was awaited."""


class NoEnd(Exception):
    """Following what the bench asks for led nowhere; the text is its last answer."""


def program() -> list[str]:
    """How this program is started once more, from source and when frozen."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "ui"]


def surroundings(home: Path, **settings: object) -> dict[str, str]:
    """The environment of a program whose data lies in `home`, whatever ours says; settings by name, without prefix."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PACKBENCH_")}
    kept["PYTHONFAULTHANDLER"] = "1"  # a process that dies says where
    python = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    ours = {f"PACKBENCH_{name.upper()}": str(value) for name, value in settings.items()}
    return kept | {"PACKBENCH_HOME": str(home), "PYTHONPATH": python} | ours


def run(env: Mapping[str, str], *words: str) -> tuple[int, str, str]:
    """One command to its end: (exit code, stdout, stderr)."""
    done = subprocess.run([*program(), *words], env=env, capture_output=True, text=True, encoding="utf-8", check=False)  # noqa: S603
    return done.returncode, done.stdout, done.stderr


class Bench:
    """An open bench. `scanned` counts what was scanned, `answers` keeps what it said."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.answers: list[Answer] = []

    @property
    def scanned(self) -> int:
        return len(self.answers)

    def scan(self, code: str) -> Answer:
        """Scans and waits for the answer. BenchGone when none comes any more."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(code.encode() + b"\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except (OSError, ValueError) as error:
            raise BenchGone(code) from error
        if not line.endswith(b"\n"):
            raise BenchGone(f"{code}: the bench ended with {self.process.wait()}")
        answer: Answer = json.loads(line)
        self.answers.append(answer)
        return answer

    def follow(self, code: str) -> Answer:
        """Scans `code`, then always what the bench would like best, until the job is over. NoEnd if it never is."""
        return self.finish(self.scan(code))

    def finish(self, answer: Answer) -> Answer:
        """Goes on from `answer` until the job is over: the last answer. NoEnd if it never is."""
        for _ in range(_MOST_SCANS):
            if not answer["next"] or answer["state"] in {"finished", "idle"}:
                return answer
            answer = self.scan(answer["next"][0])
        raise NoEnd(json.dumps(self.answers[-3:], ensure_ascii=False))

    def pack(self, shipment: str) -> None:
        """Takes a shipment from wherever it stands to its labels on the parcels. NoEnd when it can't be finished."""
        said = ""
        for _ in range(6):
            opened = self.scan(shipment)
            said = self.finish(opened)["message"]
            if opened["message"] in {"job_labelled", "already_loaded", "already_gone"}:
                return
        raise NoEnd(f"{shipment}: {said}")

    def hand_over(self, carrier: str, labels: Sequence[str]) -> Answer:
        """Loads the parcels with these labels onto the carrier's handover and closes it."""
        self.scan(carrier)
        for label in labels:
            self.scan(label)
        answer = self.scan("PBCLOSE")
        while answer["state"] == "closing":
            answer = self.scan("PBCLOSE")
        return answer


@contextmanager
def open_bench(env: Mapping[str, str], station: str, printer: str, *, badge: str = "PBCHIEF") -> Iterator[Bench]:
    """`packbench floor` with hints, ended by the end of its input; then its papers are out and its facts applied."""
    words = ["floor", "--station", station, "--operator", badge, "--printer", printer, "--hints"]
    process = subprocess.Popen([*program(), *words], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
    try:
        yield Bench(process)
    finally:
        if process.stdin is not None:
            try:
                process.stdin.close()
            except OSError:
                process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
