"""A real X display with a keyboard of its own, and a program on it whose window scanners type into."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
# The longest gap within a code, four times the standard: xdotool is a hand that a busy machine stops now and then,
# which no scanner's is. A person's keys come twice as far apart.
GAP_MS, PERSON_MS = 120, 260
NEEDED = {"Xvfb": "xvfb", "xdotool": "xdotool", "setxkbmap": "x11-xkb-utils"}
# US keyboard: letter → (X keycode, with Shift). A scanner sends places on a keyboard, whatever map the computer has.
_ROWS = (
    (10, "1234567890-=", "!@#$%^&*()_+"),
    (24, "qwertyuiop[]", "QWERTYUIOP{}"),
    (38, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (51, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
)
PLACES = {
    letter: (first + n, shifted)
    for first, *rows in _ROWS
    for shifted, row in enumerate(rows)
    for n, letter in enumerate(row)
} | {" ": (65, 0), "\r": (36, 0), "\t": (23, 0)}


def lacking() -> str:
    """The Debian packages this machine lacks for it; empty: none."""
    return " ".join(package for program, package in NEEDED.items() if not shutil.which(program))


def strokes_of(text: str) -> list[str]:
    """xdotool's words for the places a US scanner presses; GS is Ctrl and `]`."""
    words = []
    for letter in text:
        if letter == "\x1d":
            words.append("ctrl+35")
            continue
        keycode, shifted = PLACES[letter]
        words.append(f"shift+{keycode}" if shifted else str(keycode))
    return words


@contextmanager
def display() -> Iterator[str]:
    """An X display of our own, e.g. `:1`."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1400x900x24", "-nolisten", "tcp"],
        pass_fds=(writing,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(60)


@dataclass
class Program:
    """The window's program: `ask` it to do something, or what it sees."""

    process: subprocess.Popen[str]
    environment: dict[str, str]

    def ask(self, do: str = "tell", **values: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **values}) + "\n")
        self.process.stdin.flush()
        return self.hear()

    def hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"the program ended: {self.process.poll()}"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def xdotool(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words], env=self.environment, capture_output=True, text=True, check=True, timeout=120
        )
        return done.stdout

    def keyboard(self, layout: str) -> None:
        """The computer's keyboard map, as a person sets it."""
        subprocess.run(["setxkbmap", layout], env=self.environment, check=True, timeout=120)

    def scanner_types(self, text: str, delay: int = 2) -> None:
        """A scanner sends keys of a US keyboard, whatever map the computer has."""
        self.xdotool("key", "--delay", str(delay), *strokes_of(text))

    def scanner_follows_the_map(self, code: str, delay: int = 2) -> None:
        """A scanner that was set to the computer's map sends whatever keys have these letters, then Enter."""
        self.xdotool("type", "--delay", str(delay), "--args", "1", code, "key", "--delay", str(delay), "Return")

    def person_types(self, text: str, delay: int = PERSON_MS) -> None:
        self.xdotool("type", "--delay", str(delay), text)

    def until(self, what: Callable[[dict[str, Any]], object], seconds: float = 60.0) -> dict[str, Any]:
        """What the program sees, as soon as that holds; else what it saw last."""
        end = time.monotonic() + seconds
        while not what(seen := self.ask()) and time.monotonic() < end:
            pass
        return seen


@contextmanager
def program(on: str, words: Sequence[str]) -> Iterator[Program]:
    """A Python program of ours on that display, its window shown and with the keyboard."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("QT_", "XMODIFIERS"))},
        "DISPLAY": on,
        "QT_QPA_PLATFORM": "xcb",
        "PYTHONPATH": str(ROOT),
        "LC_ALL": "C.UTF-8",
    }
    process = subprocess.Popen(
        [sys.executable, *words], cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        started = Program(process, environment)
        yield started
    finally:
        process.terminate()
        process.communicate(timeout=60)
