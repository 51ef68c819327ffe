"""A journal with spoilt pages, or put back from an older copy: set apart, and a new one goes on with what is whole."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from app.base.errors import JournalBroken
from app.floor.chain import chained
from app.station.journal import founding
from app.station.journal.audit import verify
from app.station.journal.journal import FILE, Journal
from app.station.journal.records import Entry, HeldLease, Mark, PrintJob
from tests.station.making import CLOCK, entry, fact

PAGE = 4096
ROOT = Path(__file__).parents[3]


def opened(folder: Path) -> Journal:
    return Journal.open(folder, "desk", CLOCK)


def filled(folder: Path, facts: int = 400, acked: int = 100) -> list[str]:
    """A journal of many pages; gives the ids of its facts."""
    journal = opened(folder)
    ids = [f"op-{n}" for n in range(1, facts + 1)]
    for n in range(0, facts, 40):
        journal.append(entry(*ids[n : n + 40])).result()
    jobs = tuple(PrintJob(f"P/{n}", "parcel_label", shipment=f"P-{n}") for n in range(1, 4))
    journal.append(Entry(prints=jobs, leases=(HeldLease("l1", "sscc", "us", "0426", 1, 5, 1),))).result()
    journal.append(Entry(marks=(Mark(*jobs[0].key, "sending"),))).result()
    journal.append(Entry(marks=(Mark(*jobs[0].key, "sent"), Mark(*jobs[1].key, "sending")))).result()
    journal.acknowledge(acked, journal.incarnation)
    journal.append(Entry(marks=(Mark(*jobs[1].key, "failed"),))).result()
    journal.close()
    return ids


def pages_of(file: Path, table: str) -> list[int]:
    """Leaf pages (from 0) of a table, found by what stands on them."""
    sign = {"fact": b"ModeSet", "print_job": b"parcel_label"}[table]
    data = file.read_bytes()
    return [n for n in range(len(data) // PAGE) if data[n * PAGE] == 0x0D and sign in data[n * PAGE : (n + 1) * PAGE]]


def spoil(file: Path, page: int) -> None:
    data = bytearray(file.read_bytes())
    keep = 100 if page == 0 else 0
    data[page * PAGE + keep : (page + 1) * PAGE] = random.Random(page).randbytes(PAGE - keep)
    file.write_bytes(data)


def ids_in(journal: Journal) -> list[str]:
    return journal.op_ids(0, 10_000)


def test_whichever_page_is_spoilt_the_facts_on_the_others_are_saved_in_their_order(tmp_path: Path) -> None:
    ids = filled(tmp_path / "whole")
    file = tmp_path / "whole" / FILE
    leaves = pages_of(file, "fact")
    assert len(leaves) > 10
    noticed = 0
    for page in range(file.stat().st_size // PAGE):
        folder = tmp_path / f"page{page}"
        shutil.copytree(tmp_path / "whole", folder)
        spoil(folder / FILE, page)
        journal = opened(folder)
        saved = ids_in(journal)
        assert verify(folder / FILE) == []
        assert saved == [id_ for id_ in ids if id_ in set(saved)]
        gone = len(ids) - len(saved)
        assert gone == 0 or (page in leaves and gone < 40), page
        if journal.past:
            noticed += 1
            assert (journal.past.why, journal.past.lost) == ("damaged", gone)
            assert journal.leases() == []
            assert {job.state for job in journal.print_jobs()} <= {"sent", "unknown"}
            assert (folder / journal.past.apart).exists()
        assert journal.append(entry("goes on")).result().seq == len(saved) + 1
        journal.close()
        shutil.rmtree(folder)
    assert noticed > len(leaves)


@pytest.mark.parametrize("spoilt", [slice(0, 100), slice(0, 16), slice(16, 18), slice(68, 72), slice(0, PAGE)])
@pytest.mark.parametrize("by", [b"\0", b"\xa5"])
def test_a_journal_whose_first_bytes_are_spoilt_is_set_apart_and_no_fact_of_it_is_lost(
    tmp_path: Path, spoilt: slice, by: bytes
) -> None:
    ids = filled(tmp_path / "open")
    journal = opened(tmp_path / "open")
    ids += ["late", "later"]
    journal.append(entry(*ids[-2:])).result()
    shutil.copytree(tmp_path / "open", tmp_path / "killed")  # as a power cut leaves it: the last facts lie in the WAL
    journal.close()
    file = tmp_path / "killed" / FILE
    data = bytearray(file.read_bytes())
    data[spoilt] = by * (spoilt.stop - spoilt.start)
    file.write_bytes(data)
    journal = opened(tmp_path / "killed")
    assert ids_in(journal) == ids
    assert journal.past is not None
    assert (journal.past.why, journal.past.lost) == ("damaged", 0)
    assert (file.parent / journal.past.apart).exists()
    assert len(journal.print_jobs()) == 3
    journal.close()
    assert verify(file) == []


def test_another_stations_journal_is_not_taken_for_ones_own_however_spoilt(tmp_path: Path) -> None:
    filled(tmp_path)
    for spoilt in (slice(0, 100), slice(PAGE * 8, PAGE * 9)):
        data = bytearray((tmp_path / FILE).read_bytes())
        data[spoilt] = bytes(spoilt.stop - spoilt.start)
        (tmp_path / FILE).write_bytes(data)
        with pytest.raises(JournalBroken) as caught:
            Journal.open(tmp_path, "cart", CLOCK)
        assert caught.value.kind == "journal_of_other"
        assert (tmp_path / FILE).read_bytes() == data


def test_a_letter_changed_on_the_disk_in_a_fact_not_yet_sent_is_noticed_and_that_fact_alone_is_left_out(
    tmp_path: Path,
) -> None:
    ids = filled(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        db.execute("UPDATE fact SET body = replace(body, 'mode', 'mood') WHERE seq = 300")
        db.commit()
    journal = opened(tmp_path)
    assert ids_in(journal) == [id_ for id_ in ids if id_ != "op-300"]
    assert journal.past is not None
    assert journal.past.lost == 1
    journal.close()


def test_what_was_about_to_be_printed_is_asked_about_and_numbers_are_leased_anew(tmp_path: Path) -> None:
    filled(tmp_path)
    spoil(tmp_path / FILE, pages_of(tmp_path / FILE, "fact")[3])
    journal = opened(tmp_path)
    assert [(job.subject, job.state) for job in journal.print_jobs()] == [
        ("P/1", "sent"), ("P/2", "unknown"), ("P/3", "unknown"),
    ]  # fmt: skip
    assert journal.leases() == []
    journal.close()


def test_pages_that_spoil_while_the_bench_is_open_are_noticed_and_it_works_on(tmp_path: Path) -> None:
    ids = filled(tmp_path)
    journal = opened(tmp_path)
    journal.append(entry("fresh")).result()
    before = journal.incarnation
    for page in pages_of(tmp_path / FILE, "fact")[2:4]:
        spoil(tmp_path / FILE, page)
    journal._reader.execute("PRAGMA cache_size = 0")
    for id_ in range(1, 400, 5):  # somebody comes by the place
        try:
            journal.link_at(id_)
        except JournalBroken:
            break
    else:
        raise AssertionError("nobody noticed")
    journal.look_again().result()
    assert journal.incarnation != before
    saved = ids_in(journal)
    assert saved[-1] == "fresh"
    assert len(ids) - 80 < len(saved) < len(ids)
    assert journal.append(entry("after")).result().seq == len(saved) + 1
    journal.close()
    assert verify(tmp_path / FILE) == []


def test_a_new_journal_made_of_one_put_back_lacks_what_is_known_elsewhere_and_refuses_what_was_made_before(
    tmp_path: Path,
) -> None:
    ids = filled(tmp_path)
    journal = opened(tmp_path)
    generation = journal.generation
    journal.begin_anew(ids[:390]).result()
    assert ids_in(journal) == ids[390:]
    assert journal.acked == 0
    with pytest.raises(JournalBroken):
        journal.append(entry("late", on=generation)).result()
    assert journal.append(entry("next", on=journal.generation)).result().seq == 11
    journal.close()
    assert verify(tmp_path / FILE) == []


KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from app.station.journal import founding
from tests.station.journal.test_founding import opened
at, count = {at}, 0
def killing(what):
    def instead(*args, **kwargs):
        global count
        count += 1
        if count == at:
            os._exit(9)
        return what(*args, **kwargs)
    return instead
for name in ("rename", "unlink"):
    setattr(Path, name, killing(getattr(Path, name)))
os.fsync = killing(os.fsync)
journal = opened(Path({folder!r}))
journal.begin_anew([]).result()
"""


@pytest.mark.parametrize("at", range(1, 16))
def test_killed_at_any_moment_of_it_no_fact_is_lost(tmp_path: Path, at: int) -> None:
    ids = filled(tmp_path, facts=40, acked=0)
    program = KILLED.format(root=str(ROOT), folder=str(tmp_path), at=at)
    ended = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, cwd=ROOT)
    assert ended.returncode in (0, 9), ended.stderr
    journal = opened(tmp_path)
    assert ids_in(journal) == ids
    journal.close()
    assert verify(tmp_path / FILE) == []
    assert not (tmp_path / f"{FILE}.new").exists()
    if at == 1:
        assert ended.returncode == 9


def test_a_file_without_room_for_another_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = filled(tmp_path, facts=40, acked=0)
    journal = opened(tmp_path)
    before = journal.incarnation

    def full(*_: object) -> sqlite3.Connection:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(founding, "made", full)
        with pytest.raises(JournalBroken):
            journal.begin_anew([]).result()
    assert (journal.incarnation, ids_in(journal)) == (before, ids)
    assert journal.append(entry("goes on")).result().seq == 41
    journal.close()


def test_rows_longer_than_a_page_are_read_whole_without_sqlite(tmp_path: Path) -> None:
    long = '{"mode":"' + "x" * 20_000 + '"}'
    journal = opened(tmp_path)
    journal.append(Entry((fact("long", body=long), fact("short")))).result()
    link = journal.link_at(2)
    journal.close()
    saved = founding.save(tmp_path / FILE)
    assert [(one.op_id, one.body == long) for one in saved.facts] == [("long", True), ("short", False)]
    assert chained(chained(saved.incarnation, saved.facts[0], 1), saved.facts[1], 2) == link
    assert os.path.exists(tmp_path / FILE)
