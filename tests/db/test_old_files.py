"""Files that earlier programs left behind: brought up to date, nothing of what stood in them lost.

`old/` holds dumps made by the program of that time: a demo shop after a bench had packed DE-1001-1, and its journal. A
migration adds no dump of what it makes but of what it found.
"""

from __future__ import annotations

import lzma
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from app.base.clock import SystemClock
from app.bootstrap import checks, initialise
from app.db import open_database
from app.db.migrate import require_current
from app.station.journal.audit import verify
from app.station.journal.journal import FILE, Journal
from app.upkeep.promises import broken

OLD = Path(__file__).parent / "old"


def rows(file: Path) -> dict[str, int]:
    with closing(sqlite3.connect(file)) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


@pytest.mark.parametrize("dump", sorted(OLD.glob("shared-*.sql.xz")), ids=lambda path: path.name.split(".")[0])
def test_a_shared_database_of_an_earlier_program_is_brought_up_to_date_and_keeps_every_row(
    dump: Path, tmp_path: Path
) -> None:
    file = tmp_path / "packbench.db"
    with closing(sqlite3.connect(file)) as db:
        db.executescript(lzma.decompress(dump.read_bytes()).decode())
    before = rows(file)
    assert before["fact"] > 0
    database = open_database(f"sqlite:///{file}")
    initialise(database)
    require_current(database)
    assert broken(database, checks()) == []
    database.close()
    after = rows(file)
    after["about"] -= 1  # since the third schema: the oldest program that may use it
    assert {name: n for name, n in after.items() if name in before} == before


def test_two_open_handovers_of_one_carrier_become_one_with_all_that_stands_on_them(tmp_path: Path) -> None:
    file = tmp_path / "packbench.db"
    with closing(sqlite3.connect(file)) as db:
        db.executescript(lzma.decompress((OLD / "shared-0002.sql.xz").read_bytes()).decode())
        for key, carrier in (("A1", "GELB"), ("A2", "GELB"), ("B1", "ROT")):
            db.execute(
                "INSERT INTO handover VALUES (?, 'LEJ', ?, 'open', 'then', 'PBPICKER', NULL, NULL)", (key, carrier)
            )
        (parcel,) = db.execute("SELECT id FROM parcel WHERE handover_id IS NULL").fetchone()
        db.execute("UPDATE parcel SET handover_id = 'A2' WHERE id = ?", (parcel,))
        db.commit()
    database = open_database(f"sqlite:///{file}")
    initialise(database)
    with database.read() as tx:
        assert dict(tx.execute(text("SELECT id, state FROM handover WHERE opened_at = 'then'")).all()) == {
            "A1": "open", "A2": "closed", "B1": "open",
        }  # fmt: skip
        query = text("SELECT handover_id FROM parcel WHERE id = :id")
        assert tx.execute(query, {"id": parcel}).scalar_one() == "A1"
    database.close()


def test_a_journal_of_an_earlier_program_opens_with_every_fact_and_paper(tmp_path: Path) -> None:
    for dump in sorted(OLD.glob("journal-*.sql")):
        folder = tmp_path / dump.stem
        folder.mkdir()
        with closing(sqlite3.connect(folder / FILE)) as db:
            db.executescript(dump.read_text("utf-8"))
        before = rows(folder / FILE)
        journal = Journal.open(folder, "S1", SystemClock())
        try:
            assert journal.last_seq == before["fact"]
            assert len(journal.print_jobs()) == before["print_job"]
        finally:
            journal.close()
        assert verify(folder / FILE) == []
