"""A spoilt WAL is noticed before SQLite ends it in silence; what stood behind the spoilt place is saved."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.base.errors import JournalBroken
from app.station.journal import wal
from app.station.journal.audit import verify
from app.station.journal.journal import FILE, Journal
from app.station.journal.records import Entry, HeldLease, Mark, PrintJob
from tests.station.making import CLOCK, entry, fact

HEAD, SIZE = 32, 24 + wal.PAGE
SCANS = 20


def opened(folder: Path, station: str = "desk") -> Journal:
    return Journal.open(folder, station, CLOCK)


def killed(home: Path, *, checkpoints: bool = False) -> tuple[Path, list[str]]:
    """A bench's folder as kill -9 leaves it, and the ids of what was shown as kept."""
    journal = opened(home / "open")
    ids = [f"op-{n}" for n in range(1, SCANS + 1)]
    journal.append(Entry(leases=(HeldLease("l1", "sscc", "us", "0426", 1, 500, 1),))).result()
    for n, id_ in enumerate(ids, 1):
        job = PrintJob(f"P/{n}", "parcel_label", shipment=f"P-{n}")
        journal.append(Entry((fact(id_),), prints=(job,), used=(("l1", n + 1),))).result()
        journal.append(Entry(marks=(Mark(*job.key, "sending"),))).result()
        journal.append(Entry(marks=(Mark(*job.key, "sent"),))).result()
        if checkpoints and n == SCANS // 2:
            journal._db.execute("PRAGMA wal_checkpoint(FULL)")  # the WAL begins anew, over what stood there
    shutil.copytree(home / "open", home / "killed")
    journal.close()
    return home / "killed", ids


def ids_in(journal: Journal) -> list[str]:
    return journal.op_ids(0, 10_000)


def log_of(folder: Path) -> Path:
    return folder / f"{FILE}-wal"


def overwrite(file: Path, at: int, by: bytes) -> None:
    data = bytearray(file.read_bytes())
    data[at : at + len(by)] = by
    file.write_bytes(data)


def frames(folder: Path) -> int:
    return (log_of(folder).stat().st_size - HEAD) // SIZE


def test_a_whole_wal_is_read_by_sqlite_to_its_last_frame_and_by_us_to_the_same(tmp_path: Path) -> None:
    for checkpoints in (False, True):
        folder, ids = killed(tmp_path / str(checkpoints), checkpoints=checkpoints)
        found = wal.log(folder / FILE)
        assert (found.headed, found.read) == (True, found.marked)
        assert all(frame.sound for frame in found.frames)
        assert (len(found.frames) < frames(folder)) is checkpoints
        assert wal.spoilt(folder / FILE) == ""
        pages: dict[int, bytes] = {}
        for changed in found.transactions():
            pages |= changed
        shutil.copytree(folder, folder.parent / "checkpointed")
        with closing(sqlite3.connect(folder.parent / "checkpointed" / FILE)) as db:
            assert db.execute("PRAGMA wal_checkpoint(FULL)").fetchone()[1] == found.read
        data = (folder.parent / "checkpointed" / FILE).read_bytes()
        assert all(data[(n - 1) * wal.PAGE : n * wal.PAGE] == page for n, page in pages.items())
        journal = opened(folder)
        assert (ids_in(journal), journal.past, journal.begun) == (ids, None, "")
        journal.close()


@pytest.mark.parametrize("checkpoints", [False, True])
def test_whichever_frame_is_spoilt_it_is_told_and_the_other_facts_are_saved_and_no_number_is_given_twice(
    tmp_path: Path, checkpoints: bool
) -> None:
    folder, ids = killed(tmp_path, checkpoints=checkpoints)
    count = len(wal.log(folder / FILE).frames)
    for n in [*range(0, count, 67), *range(count - 3, count)]:
        for at, by in ((24 + 200, b"\xff" * 64), (24, random.Random(n).randbytes(wal.PAGE)), (0, b"\xff" * 24)):
            copy = tmp_path / "copy"
            shutil.copytree(folder, copy)
            overwrite(log_of(copy), HEAD + n * SIZE + at, by)
            journal = opened(copy)
            saved = ids_in(journal)
            assert saved == [one for one in ids if one in set(saved)]
            assert journal.past is not None
            assert journal.begun == journal.past.why == "damaged"
            assert len(ids) - len(saved) <= 1
            assert journal.past.lost >= len(ids) - len(saved), (n, at)
            assert journal.leases() == []
            assert (copy / journal.past.apart).exists()
            assert log_of(copy).with_name(f"{journal.past.apart}-wal").stat().st_size == log_of(folder).stat().st_size
            assert journal.append(entry("goes on")).result().seq == len(saved) + 1
            journal.close()
            assert verify(copy / FILE) == []
            shutil.rmtree(copy)


@pytest.mark.parametrize("size", [4, 32, 32 + 24, 32 + 5 * 4120 + 700])
@pytest.mark.parametrize("index", [True, False])
def test_a_wal_whose_beginning_is_spoilt_is_damage_whether_or_not_its_index_is_there(
    tmp_path: Path, size: int, index: bool
) -> None:
    folder, ids = killed(tmp_path)
    if not index:
        (folder / f"{FILE}-shm").unlink()
    overwrite(log_of(folder), 0, random.Random(size).randbytes(size))
    journal = opened(folder)
    assert ids_in(journal) == ids
    assert journal.past is not None
    assert (journal.past.why, journal.past.lost) == ("damaged", 0)
    journal.close()


def test_a_journal_of_no_bytes_or_gone_beside_its_wal_is_damage_and_all_of_it_is_saved(tmp_path: Path) -> None:
    folder, ids = killed(tmp_path)
    for name, spoil in (("empty", lambda file: file.write_bytes(b"")), ("gone", Path.unlink)):
        shutil.copytree(folder, tmp_path / name)
        spoil(tmp_path / name / FILE)
        with pytest.raises(JournalBroken) as caught:
            opened(tmp_path / name, "cart")
        assert caught.value.kind == "journal_of_other"
        journal = opened(tmp_path / name)
        assert (ids_in(journal), journal.begun) == (ids, "damaged")
        journal.close()


def test_a_wal_that_was_longer_is_damage_as_its_index_knows_and_something_counts_as_lost(tmp_path: Path) -> None:
    folder, ids = killed(tmp_path)
    with log_of(folder).open("r+b") as file:
        file.truncate(HEAD + 60 * SIZE + 900)
    assert wal.spoilt(folder / FILE)
    assert wal.spoilt(folder / FILE, in_use=True) == ""
    journal = opened(folder)
    assert journal.past is not None
    assert ids_in(journal) == ids[: len(ids_in(journal))]
    assert (journal.past.why, journal.past.lost) == ("damaged", 1)
    journal.close()


@pytest.mark.parametrize("left", [0, HEAD, HEAD + 3 * SIZE])
def test_where_nothing_is_left_that_says_whose_journal_it_was_nobody_begins_anew_in_silence(
    tmp_path: Path, left: int
) -> None:
    folder, _ = killed(tmp_path)
    with log_of(folder).open("r+b") as file:
        file.truncate(left)
    with pytest.raises(JournalBroken) as caught:
        opened(folder)
    assert caught.value.kind == "journal_foreign"
    assert log_of(folder).stat().st_size == left


@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_commit_cut_short_by_a_power_cut_loses_nothing_that_was_shown_however_its_sectors_lie(
    tmp_path: Path, data: st.DataObject
) -> None:
    home = tmp_path / f"{len(list(tmp_path.iterdir()))}"
    journal = opened(home / "open")
    ids = [f"op-{n}" for n in range(4)]
    for id_ in ids:
        journal.append(entry(id_)).result()
    before = log_of(home / "open").read_bytes()
    journal.append(entry("not shown")).result()
    shutil.copytree(home / "open", home / "cut", ignore=shutil.ignore_patterns("*-shm"))
    journal.close()
    after = log_of(home / "cut").read_bytes()
    torn = bytearray(before.ljust(len(after), b"\0"))
    for at in range(len(before) // 512 * 512, len(after), 512):
        if data.draw(st.booleans()):
            torn[at : at + 512] = after[at : at + 512]
    log_of(home / "cut").write_bytes(torn)
    journal = opened(home / "cut")
    assert ids_in(journal) in (ids, [*ids, "not shown"])
    if journal.past:
        assert journal.past.lost <= 1
    assert journal.append(entry("goes on")).result().seq == len(ids_in(journal))
    journal.close()
    assert verify(home / "cut" / FILE) == []


def test_a_transaction_that_never_ended_is_the_ordinary_end_of_a_wal(tmp_path: Path) -> None:
    folder, ids = killed(tmp_path)
    (folder / f"{FILE}-shm").unlink()
    log = log_of(folder)
    last = [n for n, frame in enumerate(wal.log(folder / FILE).frames) if frame.commits][-3]
    with log.open("r+b") as file:
        file.truncate(HEAD + (last + 2) * SIZE + 24)  # what followed had no mark yet
    assert wal.spoilt(folder / FILE) == ""
    journal = opened(folder)
    assert (ids_in(journal), journal.past) == (ids, None)
    journal.close()


def test_what_two_losses_before_the_first_meeting_took_is_told_as_one(tmp_path: Path) -> None:
    folder, ids = killed(tmp_path)
    journal: Journal | None = None
    for times in (1, 2):
        with closing(sqlite3.connect(folder / FILE)) as db:
            db.execute("UPDATE fact SET body = '{}' WHERE op_id = ?", (ids[5 * times],))
            db.commit()
        journal = opened(folder)
        assert journal.past is not None
        assert (journal.past.lost, len(journal.past.apart.split(", "))) == (times, times)
        journal.close()
    assert journal is not None
    assert ids_in_file(folder) == [one for one in ids if one not in (ids[5], ids[10])]


def ids_in_file(folder: Path) -> list[str]:
    with closing(opened(folder)) as journal:
        return ids_in(journal)


def test_check_says_of_a_journal_that_its_wal_is_spoilt_and_changes_nothing(tmp_path: Path) -> None:
    folder, _ = killed(tmp_path)
    overwrite(log_of(folder), HEAD + 30 * SIZE + 300, b"\xff" * 64)
    before = log_of(folder).read_bytes()
    assert "of its WAL" in " ".join(verify(folder / FILE))
    assert log_of(folder).read_bytes() == before
