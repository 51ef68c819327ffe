"""What went wrong in a way nobody foresaw: written to a file without anybody's data, and said in one line.

The file gets where it happened, never the values it happened with: an error's text may hold a name or an address.
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.base.clock import SystemClock, stamp
from app.base.errors import Broken, PackbenchError
from app.base.wording import known
from app.hub.places import names, stations_folder
from app.settings import Settings

LOG = "packbench.log"
# One file before this one is kept; together they hold some months of trouble.
LARGEST = 1_000_000
# Whose loggers write what we wrote, and where what went wrong has its words: by a kind.
_OURS = frozenset({"app", "ui", "printers"})
_KINDS = ("error", "station.why")


def report(error: BaseException, home: Path) -> Broken:
    """The error as an operator hears it."""
    write(home, happened(error))
    return Broken(type(error).__qualname__, kind="bug", what=type(error).__qualname__, file=home / LOG)


@contextmanager
def watching(home: Path) -> Iterator[None]:
    """What threads die of, and what the program's own log is told, goes into the file too and not onto the terminal."""
    log = _Log(home)
    before, threading.excepthook = threading.excepthook, lambda dead: _thread_died(home, dead)
    logging.getLogger().addHandler(log)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(log)
        threading.excepthook = before


class _Log(logging.Handler):
    def __init__(self, home: Path) -> None:
        super().__init__(logging.WARNING)
        self._home = home

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        write(self._home, [f"{record.name}: {_filled(record, self._home)}", *(happened(error) if error else ())])


def _filled(record: logging.LogRecord, home: Path) -> str:
    """The line with those of its values that are nobody's: counts, errors by their kind, benches, words of ours."""
    said = record.args if isinstance(record.args, tuple) else (record.args,) if record.args else ()
    if not said and record.name.partition(".")[0] not in _OURS:  # whatever it holds is put together already
        return f"{record.filename}:{record.lineno}"
    benches = names(stations_folder(Settings(home=str(home))))
    try:
        return str(record.msg) % tuple(_plain(value, benches) for value in said) if said else str(record.msg)
    except (TypeError, ValueError):
        return str(record.msg)


def _plain(value: object, benches: Collection[object]) -> object:
    """A word is ours when it is known to be, never by its looks: a first name is a word, too."""
    if isinstance(value, PackbenchError):
        return value.kind
    if isinstance(value, BaseException):
        return type(value).__qualname__
    ours = isinstance(value, int | float) or value in benches or any(known(f"{kinds}.{value}") for kinds in _KINDS)
    return value if ours else "…"


def _thread_died(home: Path, dead: threading.ExceptHookArgs) -> None:
    if dead.exc_value is not None:
        name = dead.thread.name if dead.thread else ""
        write(home, [f"thread {name.partition(' ')[0]}", *happened(dead.exc_value)])


def happened(error: BaseException) -> list[str]:
    """Each error of the chain by its type, and the places it came through."""
    lines: list[str] = []
    following: BaseException | None = error
    while following is not None:
        lines.append(f"{type(following).__module__}.{type(following).__qualname__}")
        lines += [f"  {f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(following.__traceback__)]
        following = following.__cause__ or following.__context__
    return lines


def write(home: Path, lines: list[str]) -> None:
    """The lines with the time before them. A log grown too large is set aside first; one set aside before goes."""
    log_file = home / LOG
    with suppress(OSError):  # another program has it open: it grows on until that one ends
        if log_file.stat().st_size > LARGEST:
            log_file.replace(home / f"{LOG}.1")
    with suppress(OSError):
        home.mkdir(parents=True, exist_ok=True)
        with log_file.open("a", encoding="utf-8") as log:
            log.write("\n".join([stamp(SystemClock().now()), *lines]) + "\n")
