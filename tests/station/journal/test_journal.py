"""The journal: what was shown as kept is on disk, what was not kept leaves nothing."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from app.base.errors import JournalBroken, SchemaMismatch
from app.base.wording import known
from app.floor.packet import Packet
from app.station.journal.audit import verify
from app.station.journal.journal import FILE, Journal
from app.station.journal.records import Entry, HeldLease, Mark, PrintJob
from tests.station.making import CLOCK, entry, fact

ROOT = Path(__file__).parents[3]
FILL = """
import sys, resource
from pathlib import Path
sys.path.insert(0, {root!r})
from app.base.errors import JournalBroken
from app.station.journal.journal import Journal
from tests.station.making import CLOCK, entry
journal = Journal.open(Path({folder!r}), "desk", CLOCK)
"""


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, cwd=ROOT)


@contextmanager
def opened(folder: Path, station: str = "desk") -> Iterator[Journal]:
    journal = Journal.open(folder, station, CLOCK)
    try:
        yield journal
    finally:
        journal.close()


def test_what_was_kept_is_there_after_closing_and_opening_again(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        assert journal.append(entry("a", "b")).result().seq == 2
        incarnation = journal.incarnation
    with opened(tmp_path) as journal:
        assert [(f.seq, f.op_id) for f in journal.unacknowledged(10)] == [(1, "a"), (2, "b")]
        assert (journal.last_seq, journal.incarnation) == (2, incarnation)
    assert verify(tmp_path / FILE) == []


def test_many_entries_share_few_commits_and_are_answered_in_order(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        answered: list[int] = []
        futures = [journal.append(entry()) for _ in range(1000)]
        for n, future in enumerate(futures):
            future.add_done_callback(lambda _f, n=n: answered.append(n))
        assert [f.result().seq for f in futures] == list(range(1, 1001))
        assert journal.commits < 500
    assert answered == sorted(answered)


def test_facts_prints_and_numbers_of_an_entry_are_kept_together_or_not_at_all(tmp_path: Path) -> None:
    lease = HeldLease("l1", "sscc", "us", "0426", 1, 5, 1)
    with opened(tmp_path) as journal:
        journal.append(Entry(leases=(lease,))).result()
        journal.append(Entry((fact("a"),), (PrintJob("P/1", "parcel_label"),), used=(("l1", 3),))).result()
        twice = Entry((fact("a"),), (PrintJob("P/2", "parcel_label"),), used=(("l1", 4),), on=journal.generation)
        with pytest.raises(JournalBroken):
            journal.append(twice).result()
        assert [job.subject for job in journal.print_jobs()] == ["P/1"]
        assert [held.next for held in journal.leases()] == [3]
        assert journal.last_seq == 1


def test_an_entry_built_on_one_that_was_lost_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.append(entry("a")).result()
        before = journal.generation
        lost = journal.append(entry("a", on=before))
        behind = journal.append(entry("b", on=before))
        for future in (lost, behind):
            with pytest.raises(JournalBroken) as caught:
                future.result()
            assert caught.value.kind == "journal_not_kept"
        assert journal.append(entry("c", on=journal.generation)).result().seq == 2


def test_a_print_job_added_twice_is_once_and_moves_only_where_it_may(tmp_path: Path) -> None:
    job = PrintJob("P/1", "parcel_label")
    with opened(tmp_path) as journal:
        journal.append(Entry(prints=(job,))).result()
        assert journal.append(Entry(marks=(Mark(*job.key, "sent"),))).result().moved == 0
        assert journal.append(Entry(marks=(Mark(*job.key, "sending", printer="memory://"),))).result().moved == 1
        assert journal.append(Entry(marks=(Mark("P/1", "parcel_label", 1, 0, "void"),))).result().moved == 1
        assert journal.append(Entry(prints=(job,))).result()
        assert journal.append(Entry(marks=(Mark(*job.key, "sent"),))).result().moved == 0
        assert [(j.state, j.printer) for j in journal.print_jobs()] == [("void", "memory://")]


def test_a_handover_closed_once_more_after_a_restore_has_its_list_printed_once_more(tmp_path: Path) -> None:
    job = PrintJob("H1", "handover_list")
    with opened(tmp_path) as journal:
        for _ in range(2):
            journal.append(Entry(prints=(job,))).result()
            assert [one.key for one in journal.print_jobs("queued")] == [job.key]
            for state in ("sending", "sent"):
                journal.append(Entry(marks=(Mark(*job.key, state),))).result()


def test_changes_of_print_jobs_are_told_once(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.append(Entry(prints=(PrintJob("P/1", "parcel_label"), PrintJob("P/2", "parcel_label")))).result()
        told = journal.untold_prints(10)
        journal.prints_told(told[-1].rev)
        journal.append(Entry(marks=(Mark("P/1", "parcel_label", 1, 1, "sending"),))).result()
        assert [(job.subject, job.state) for job in journal.untold_prints(10)] == [("P/1", "sending")]


def test_acknowledged_facts_stay_and_no_longer_wait(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.append(entry("a", "b", "c")).result()
        journal.acknowledge(2, journal.incarnation)
        assert journal.waiting() == (1, "2026-11-22T08:00:00.000Z")
        assert [f.op_id for f in journal.facts_of("c")] == ["a", "b", "c"]
    with opened(tmp_path) as journal:
        assert [f.op_id for f in journal.unacknowledged(10)] == ["c"]


def test_a_second_process_is_refused_in_plain_words(tmp_path: Path) -> None:
    with opened(tmp_path):
        second = subprocess.run(
            [sys.executable, "-c", FILL.format(root=str(ROOT), folder=str(tmp_path))],
            check=False,
            capture_output=True,
            text=True,
            cwd=ROOT,
        )
    assert second.returncode == 1
    assert "another program has it open" in second.stderr


def test_a_station_gives_its_lock_back_when_it_closes(tmp_path: Path) -> None:
    with opened(tmp_path), pytest.raises(JournalBroken) as caught:
        Journal.open(tmp_path, "desk", CLOCK)
    assert caught.value.kind == "journal_in_use"
    with opened(tmp_path) as journal:
        assert journal.last_seq == 0


def _not_sqlite(path: Path) -> None:
    path.write_bytes(b"a shopping list, long enough to be mistaken for a header" * 40)


def _other_sqlite(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE other (x)")
    db.close()


def _newer(path: Path) -> None:
    Journal.open(path.parent, "desk", CLOCK).close()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE self SET schema = 99")
    db.close()


def _of_other(path: Path) -> None:
    Journal.open(path.parent, "cart", CLOCK).close()


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (_not_sqlite, "journal_foreign"),
        (_other_sqlite, "journal_foreign"),
        (_newer, "journal_newer"),
        (_of_other, "journal_of_other"),
    ],
)
def test_a_file_that_is_not_this_stations_journal_is_refused_and_left_as_it_is(
    tmp_path: Path, spoil: object, kind: str
) -> None:
    spoil(tmp_path / FILE)  # type: ignore[operator]
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises((JournalBroken, SchemaMismatch)) as caught:
        Journal.open(tmp_path, "desk", CLOCK)
    assert caught.value.kind == kind
    assert known(f"error.{kind}")
    assert known(f"error.{kind}", "de")
    assert (tmp_path / FILE).read_bytes()[:4096] == before[:4096]


def test_a_folder_that_cannot_be_made_is_a_plain_message(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(JournalBroken) as caught:
        Journal.open(tmp_path / "file" / "desk", "desk", CLOCK)
    assert caught.value.kind == "journal_unusable"


def test_a_flipped_byte_is_found_where_it_was_flipped(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        for op_id in "abcde":
            journal.append(entry(op_id)).result()
    with sqlite3.connect(tmp_path / FILE) as db:
        db.execute("UPDATE fact SET body = replace(body, 'mode', 'mood') WHERE seq = 3")
    db.close()
    (problem,) = verify(tmp_path / FILE)
    assert "3" in problem


def test_a_missing_fact_is_found(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.append(entry("a", "b", "c")).result()
    with sqlite3.connect(tmp_path / FILE) as db:
        db.execute("DELETE FROM fact WHERE seq = 2")
    db.close()
    assert len(verify(tmp_path / FILE)) == 2  # the gap, and the broken link behind it


@contextmanager
def small_disk(folder: Path, size: str = "512k") -> Iterator[Path]:
    """A real file system with next to no room."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    mounted = subprocess.run(mount, check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip(f"cannot mount a small disk: {mounted.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _fill_up(journal: Journal) -> int:
    """How many facts the disk took before it was full."""
    for n in range(100_000):
        try:
            journal.append(entry(f"n{n}", on=journal.generation)).result()
        except JournalBroken:
            return n
    raise AssertionError("the disk never filled")


def test_a_full_disk_keeps_whole_entries_only_and_takes_scans_again_when_there_is_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        ballast = disk / "ballast"
        ballast.write_bytes(b"\0" * 200_000)
        with opened(disk) as journal:
            kept = _fill_up(journal)
            assert kept > 10
            with pytest.raises(JournalBroken):
                journal.append(entry("still full", on=journal.generation)).result()
            assert journal.last_seq == kept
            ballast.unlink()
            assert journal.append(entry("room", on=journal.generation)).result().seq == kept + 1
        assert verify(disk / FILE) == []
        with opened(disk) as journal:
            assert journal.last_seq == kept + 1


LIMITED = (
    FILL
    + """
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
for n in range(100_000):
    try:
        journal.append(entry("n%d" % n)).result()
    except JournalBroken as error:
        print(n, error.kind, flush=True)
        break
import os
os._exit(9)
"""
)


@pytest.mark.skipif(os.name != "posix", reason="file size limits are a POSIX thing")
def test_a_disk_that_refuses_more_bytes_loses_nothing_that_was_shown(tmp_path: Path) -> None:
    program = LIMITED.format(root=str(ROOT), folder=str(tmp_path))
    ended = run(program)
    assert ended.returncode == 9, ended.stderr
    kept, kind = ended.stdout.split()
    assert kind == "journal_not_kept"
    with opened(tmp_path) as journal:
        assert [f.op_id for f in journal.unacknowledged(100_000)] == [f"n{n}" for n in range(int(kept))]
    assert verify(tmp_path / FILE) == []


def test_a_label_said_not_to_have_come_out_and_scanned_after_all_is_confirmed(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path, "S1", CLOCK, threaded=False)
    label = ("DE-1-1/1", "parcel_label", 1)
    for step in (
        Entry(prints=(PrintJob(*label, 1),)),
        Entry(marks=(Mark(*label, 1, "sending"),)),
        Entry(marks=(Mark(*label, 1, "unknown"),)),
        Entry(prints=(PrintJob(*label, 2),), marks=(Mark(*label, 0, "void", detail="did_not_come_out", doubted=True),)),
        Entry(marks=(Mark(*label, 0, "confirmed"), Mark(*label, 0, "void", again=True))),
    ):
        journal.append(step).result()
    assert [job.state for job in journal.print_jobs()] == ["confirmed", "void"]
    journal.close()


@pytest.mark.parametrize("spoilt", [b"\x00" * 40, zlib.compress(b"[1, 2"), zlib.compress(b"{}")])
def test_a_packet_of_which_a_spoilt_disk_left_nothing_to_read_is_none(tmp_path: Path, spoilt: bytes) -> None:
    with opened(tmp_path) as journal:
        journal.append(Entry(packets=(Packet("C1", "pack", "desk", "LEJ", (), {}),))).result()
        assert journal.packet("C1") is not None
        with closing(sqlite3.connect(journal.path)) as db, db:
            db.execute("UPDATE packet SET body = ?", [spoilt])
        assert journal.packet("C1") is None
