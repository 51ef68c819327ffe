"""What can be asked of a station's journal, from any thread."""

from __future__ import annotations

import sqlite3
import threading
import zlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

import msgspec

from app.base.errors import JournalBroken
from app.base.forms import from_json
from app.floor.facts import Fact
from app.floor.packet import Packet
from app.station.journal.file import FACT, JOB, as_fact, is_damage
from app.station.journal.records import HeldLease, PrintJob

_packet = from_json(Packet)


class Reading(ABC):
    """`last_seq`: the number of the last fact on disk; `incarnation`: the random id of this file."""

    path: Path
    station: str
    place: str  # the folder it lies in, on which machine
    incarnation: str
    last_seq: int
    _acked: int
    _told: int
    _gone: tuple[int, str]  # the last fact that left for good, and the link behind it; (0, incarnation) of a whole one
    _reader: sqlite3.Connection
    _reading: threading.Lock

    @property
    def acked(self) -> int:
        """Facts up to this number are in the shared database."""
        return self._acked

    def standing(self) -> tuple[str, int, int]:
        """(incarnation, number of the last fact, last change of a print job), as they are on disk."""
        statement = "SELECT incarnation, (SELECT max(seq) FROM fact), (SELECT max(rev) FROM print_job) FROM self"
        incarnation, seq, rev = self._read(statement, ())[0]
        return incarnation, seq or 0, rev or 0

    def waiting(self) -> tuple[int, str]:
        """How many facts the shared database doesn't have yet, and since when the oldest of them waits."""
        count = self.last_seq - self._acked
        rows = self._read("SELECT made_at FROM fact WHERE seq = ?", (self._acked + 1,)) if count else []
        return count, rows[0][0] if rows else ""

    def unacknowledged(self, limit: int) -> list[Fact]:
        """The oldest facts the shared database doesn't have yet."""
        return self._facts("WHERE seq > ? ORDER BY seq LIMIT ?", (self._acked, limit))

    def op_ids(self, after: int, limit: int) -> list[str]:
        """Of the facts behind number `after`."""
        rows = self._read("SELECT op_id FROM fact WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit))
        return [row[0] for row in rows]

    def latest(self, after: int) -> list[tuple[int, str, str]]:
        """(number, kind, when it was made) of the facts behind number `after`."""
        return self._read("SELECT seq, kind, made_at FROM fact WHERE seq > ? ORDER BY seq", (after,))

    def packet(self, claim: str) -> Packet | None:
        """The work of a claim as it stood when it was claimed; None too where a spoilt disk left nothing to read of it.

        Its facts are sent all the same: where the claim is lost, they are asked about.
        """
        rows = self._read("SELECT body FROM packet WHERE claim = ?", (claim,))
        try:
            return _packet(zlib.decompress(rows[0][0])) if rows else None
        except (zlib.error, msgspec.MsgspecError):
            return None

    def claims(self) -> set[str]:
        """Of which the packet lies here."""
        return {row[0] for row in self._read("SELECT claim FROM packet", ())}

    def facts_of(self, claim: str) -> list[Fact]:
        """All that happened under a claim, in order."""
        return self._facts("WHERE claim = ? ORDER BY seq", (claim,))

    def link_at(self, seq: int) -> str | None:
        """The hash chain's link behind a fact, None when there is no such fact: so a restored journal is recognised.

        None too of one that left long ago: a shared database put back to before it is told what there still is.
        """
        if seq == self._gone[0]:
            return self._gone[1]
        rows = self._read("SELECT hash FROM fact WHERE seq = ?", (seq,))
        return rows[0][0] if rows else None

    def op_at(self, seq: int) -> str | None:
        rows = self._read("SELECT op_id FROM fact WHERE seq = ?", (seq,))
        return rows[0][0] if rows else None

    def print_jobs(self, *states: str) -> list[PrintJob]:
        """Print jobs in these states, or all, in the order they were asked for."""
        where = f"WHERE state IN ({','.join('?' * len(states))})" if states else ""
        return [PrintJob(*row) for row in self._read(f"SELECT {JOB} FROM print_job {where} ORDER BY rowid", states)]

    def prints_since(self, moment: str) -> list[PrintJob]:
        """Print jobs touched since that stamp, whatever became of them, and all that are not over, in their order."""
        return [
            PrintJob(*row)
            for row in self._read(
                f"SELECT {JOB} FROM print_job WHERE at >= ? OR state IN ('queued','sending','failed','unknown')"
                " ORDER BY rowid",
                (moment,),
            )
        ]

    def print_job(self, subject: str, document: str, issue: int, copy: int) -> PrintJob | None:
        rows = self._read(
            f"SELECT {JOB} FROM print_job WHERE subject=? AND document=? AND issue=? AND copy=?",
            (subject, document, issue, copy),
        )
        return PrintJob(*rows[0]) if rows else None

    def untold_prints(self, limit: int) -> list[PrintJob]:
        """Print jobs whose last change the shared database doesn't know, oldest first."""
        statement = f"SELECT {JOB} FROM print_job WHERE rev > ? ORDER BY rev LIMIT ?"
        return [PrintJob(*row) for row in self._read(statement, (self._told, limit))]

    def leases(self) -> list[HeldLease]:
        """All leases, those used up too, in the order they are to be used."""
        rows = self._read("SELECT id, kind, owner, prefix, first, last, next, demo FROM lease ORDER BY id", ())
        return [HeldLease(*row) for row in rows]

    def _facts(self, where: str, values: Sequence[object]) -> list[Fact]:
        return [as_fact(row) for row in self._read(f"SELECT {FACT} FROM fact {where}", values)]

    def _read(self, statement: str, values: Sequence[object]) -> list[tuple]:  # type: ignore[type-arg]
        try:
            with self._reading:
                return self._reader.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            if is_damage(error):
                self._doubt()
            raise JournalBroken(f"{self.path}: {error}", kind="journal_unusable", path=self.path, why=error) from error

    @abstractmethod
    def _doubt(self) -> None:
        """What is on disk can't be read."""
