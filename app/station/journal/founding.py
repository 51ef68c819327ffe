"""A journal that goes on from another: one put back from an older copy, or one with spoilt pages.

The new file is written whole, then the old one is set apart beside it and the new one takes its name: whenever that is
cut short, `settle` finishes it or does as if it had never begun.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from app.base.disk import remember_names
from app.base.ids import uuid7
from app.floor.chain import chained
from app.floor.facts import Fact
from app.station.journal.file import FACT, as_fact, connect, made
from app.station.journal.salvage import Value, rows

# Of facts that were sent already so many of the latest go along: those of the work in hand are among them.
ALONG = 20_000
# A paper in one of these states may lie on the table: the journal that would know is not this one.
_IN_DOUBT = ("queued", "sending", "failed")
_WHYS = ("restored", "damaged")
_SIDES = ("-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Past:
    """Why this journal went on from another (restored | damaged), which one, how many facts of that were unreadable.

    `apart`: the name of its file; with those before it that nobody was told of.
    """

    incarnation: str
    why: str
    lost: int
    apart: str


@dataclass(frozen=True, slots=True)
class Saved:
    """What is to be had of a journal: facts in their order, rows of print jobs and of packets as they stood."""

    incarnation: str
    acked: int
    told: int
    facts: tuple[Fact, ...]
    prints: tuple[tuple[Value, ...], ...]
    packets: tuple[tuple[Value, ...], ...]
    lost: int = 0
    past: Past | None = None

    def but(self, known: Iterable[str]) -> Saved:
        """Without the facts that need not be sent again."""
        gone = set(known)
        return replace(self, facts=tuple(fact for fact in self.facts if fact.op_id not in gone))

    def late(self) -> Saved:
        """Without those sent long ago."""
        last = self.facts[-1].seq if self.facts else 0
        some = tuple(fact for fact in self.facts if fact.seq > min(self.acked, last - ALONG))
        return replace(self, facts=some)


def read(path: Path) -> Saved:
    """All of a journal that is whole."""
    with closing(connect(path, query_only=True)) as db:
        incarnation, acked, told = db.execute("SELECT incarnation, acked, prints_told FROM self").fetchone()
        return Saved(
            incarnation,
            acked,
            told,
            tuple(as_fact(row) for row in db.execute(f"SELECT {FACT} FROM fact ORDER BY seq")),
            tuple(db.execute("SELECT * FROM print_job ORDER BY rowid")),
            tuple(db.execute("SELECT * FROM packet")),
            past=past(db),
        )


def save(path: Path, least: int = 0) -> Saved:
    """What can be read of a damaged one and of the WAL beside it; both stay as they are. `least` so much is lost."""
    owns: list[tuple[int, int, str]] = [(0, 0, "")]
    found: dict[int, dict[tuple[Fact, str], None]] = {}  # each as often as it was read differently
    prints: dict[tuple[Value, ...], tuple[int, tuple[Value, ...]]] = {}
    packets: dict[Value, tuple[Value, ...]] = {}
    last = left = 0
    before: Past | None = None
    for rowid, row in rows(path):
        match row:
            case (None, str(), str(), int(), str(), int(), str(), str(), str(), str() as link):
                found.setdefault(rowid, {})[as_fact((rowid, *row[1:9])), link] = None
            case (str(), str() as incarnation, int(), int() as acked, int() as told) if rowid:
                owns.append((acked, told, incarnation))
            case (str(), int() as seq) if not rowid:  # an index knows of facts whose own page is spoilt
                last = max(last, seq)
            case (None, str()):
                left = max(left, rowid)
            case (str(), str() as why, int(), str()) if why in _WHYS:
                before = Past(*row)  # type: ignore[arg-type]
            case (str(), bytes()):
                packets[row[0]] = row
            case (str(), str(), int(), int(), *_) if len(row) == 14 and isinstance(row[12], int):
                older = prints.get(row[:4])
                if older is None or int(str(older[1][12])) <= row[12]:
                    prints[row[:4]] = (rowid, row)
            case _:
                pass
    acked, told, incarnation = owns[-1]
    facts = _vouched({seq: some for seq, some in found.items() if seq > left}, incarnation)
    last = max([last, acked, *found])
    jobs = tuple(row for _, row in sorted(prints.values(), key=lambda one: one[0]))
    lost = max(least, last - left - len(facts))
    return Saved(incarnation, acked, told, facts, jobs, tuple(packets.values()), lost, before)


def _vouched(found: dict[int, dict[tuple[Fact, str], None]], incarnation: str) -> tuple[Fact, ...]:
    """Facts that are what was written, as far as the link before each can be read; ids are each there once."""
    links: dict[int, set[str]] = {0: {incarnation} if incarnation else set()}
    facts: dict[str, Fact] = {}
    for seq in sorted(found):
        before = links.get(seq - 1, set())
        links[seq] = {link for _, link in found[seq]}
        for fact, link in found[seq]:
            if not before or any(chained(one, fact, seq) == link for one in before):
                facts.setdefault(fact.op_id, fact)
                break
    return tuple(facts.values())


def found(path: Path, station: str, saved: Saved, why: str, aside: Callable[[], None] = lambda: None) -> None:
    """The journal at `path` is set apart, and one with what was saved of it stands in its place.

    `aside` is called when the new one is whole on disk: whoever has the old one open closes it then. Leased numbers do
    not go along: the old journal's copy, or its lost pages, may have given some of them out.
    """
    new = _new(path)
    _clear(new)
    incarnation = uuid7()
    with closing(made(new, station, incarnation)) as db:
        link = incarnation
        for seq, fact in enumerate(saved.facts, 1):
            link = chained(link, fact, seq)
            db.execute(
                "INSERT INTO fact VALUES (?,?,?,?,?,?,?,?,?,?)",
                (seq, fact.op_id, fact.kind, fact.version, fact.claim, fact.epoch, fact.operator, fact.made_at,
                 fact.body, link),
            )  # fmt: skip
        for row in saved.prints:
            db.execute(f"INSERT INTO print_job VALUES ({','.join('?' * 14)})", _doubted(row, saved.told, why))
        db.executemany("INSERT OR IGNORE INTO packet VALUES (?,?)", saved.packets)
        db.execute("UPDATE self SET prints_told = ?", (saved.told,))
        # Of a journal that never met the shared database nobody was told what was lost before it.
        untold = saved.past if saved.past and not saved.acked else Past("", "", 0, "")
        apart = ", ".join(filter(None, (untold.apart, _apart(path, incarnation).name)))
        db.execute("INSERT INTO past VALUES (?,?,?,?)", (saved.incarnation, why, untold.lost + saved.lost, apart))
        db.execute("COMMIT")
    remember_names(path.parent)
    aside()
    _swap(path, incarnation)


def settle(path: Path) -> None:
    """What was cut short is finished, or was never begun. Before the journal is opened."""
    new = _new(path)
    if path.exists() or not new.exists():
        _clear(new)
        return
    with closing(connect(new, query_only=True)) as db:
        incarnation = db.execute("SELECT incarnation FROM self").fetchone()[0]
    _swap(path, incarnation)


def past(db: sqlite3.Connection) -> Past | None:
    row = db.execute("SELECT incarnation, why, lost, apart FROM past ORDER BY rowid DESC LIMIT 1").fetchone()
    return Past(*row) if row else None


def _doubted(row: tuple[Value, ...], told: int, why: str) -> tuple[Value, ...]:
    """Of a paper that was about to be printed nobody knows; what the shared database knows of it may be better."""
    if row[6] not in _IN_DOUBT:
        return row
    return (*row[:6], "unknown", row[7], f"journal_{why}", *row[9:12], told, row[13])


def _swap(path: Path, incarnation: str) -> None:
    """The old file first, then what lies beside it, which the new one must never find: it would take it for its own."""
    apart = _apart(path, incarnation)
    for side in ("", *_SIDES):
        with suppress(FileNotFoundError):
            path.with_name(path.name + side).rename(apart.with_name(apart.name + side))
    remember_names(path.parent)
    _new(path).rename(path)
    remember_names(path.parent)


def _new(path: Path) -> Path:
    return path.with_name(f"{path.name}.new")


def _apart(path: Path, incarnation: str) -> Path:
    return path.with_name(f"{path.stem}.before-{incarnation}{path.suffix}")


def _clear(new: Path) -> None:
    for side in ("", "-journal", *_SIDES):
        new.with_name(new.name + side).unlink(missing_ok=True)
