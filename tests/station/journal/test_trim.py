"""What was sent long ago leaves the journal, from the oldest on; nothing leaves that somebody may still ask for."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.base.errors import Conflict
from app.db import Database
from app.floor.attach import attach
from app.floor.packet import Packet
from app.site import tables as site
from app.station.journal import founding
from app.station.journal.audit import verify
from app.station.journal.journal import FILE, Journal
from app.station.journal.records import Entry, Mark, PrintJob
from app.station.journal.trim import MOST, LongAgo
from tests.small_site import build
from tests.station.making import CLOCK, fact

DAY = "2026-08-{:02}T08:00:00.000Z"
ALL = 99  # days with the shared database: more than there were


@contextmanager
def opened(folder: Path) -> Iterator[Journal]:
    journal = Journal.open(folder, "S1", CLOCK)
    try:
        yield journal
    finally:
        journal.close()


def worked(journal: Journal, days: int, facts: int = 10) -> None:
    """A claim a day, `c1` and on, and a paper of each that came out; all of it is sent on its day."""
    for day in range(1, days + 1):
        made = tuple(replace(fact(f"{day}.{n}", claim=f"c{day}"), made_at=DAY.format(day)) for n in range(facts))
        paper = PrintJob(f"P-{day}/1", "parcel_label", shipment=f"P-{day}", claim=f"c{day}")
        journal.append(Entry(made, prints=(paper,), packets=(Packet(f"c{day}", "pack", "S1", "LEJ", (), {}),))).result()
        journal.append(Entry(marks=(Mark(*paper.key, "sending"), Mark(*paper.key, "sent")))).result()
        journal.acknowledge(journal.last_seq, journal.incarnation)
        journal.prints_told(journal.standing()[2])
        assert trimmed(journal, ALL, day=day) == 0


def trimmed(journal: Journal, days: int, *held: str, day: int = 0, epoch: str = "e") -> int:
    """What was sent on the last so many days stays. Asked on the last `day` that was noted if no other is said."""
    with closing(sqlite3.connect(journal.path)) as db:
        last = db.execute("SELECT max(day) FROM sent").fetchone()[0]
    ago, went = LongAgo(DAY.format(day)[:10] if day else last, epoch, days), 0
    while moved := journal.trim(ago, held).result().moved:
        went += moved
    return went


def test_what_is_old_and_sent_leaves_and_the_journal_goes_on_whole(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        worked(journal, 10)
        link = journal.link_at(40)
        assert trimmed(journal, 6) == 40
        assert (journal.op_ids(0, 99)[0], journal.last_seq, journal.acked) == ("5.0", 100, 100)
        assert (journal.link_at(40), journal.link_at(39), journal.link_at(0)) == (link, None, None)
        assert journal.claims() == {f"c{day}" for day in range(5, 11)}
        journal.append(Entry((fact("next"),))).result()
    assert verify(tmp_path / FILE) == []
    with opened(tmp_path) as journal:
        assert journal.link_at(40) == link
        assert [one.op_id for one in journal.unacknowledged(9)] == ["next"]
        assert len(journal.facts_of("c5")) == 10


def test_all_may_leave_but_the_last_that_was_sent_and_numbers_go_on(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        worked(journal, 3)
        standing = journal.standing()
        assert trimmed(journal, 0) == 29
        assert journal.standing() == standing
        assert journal.op_at(30) == "3.9"
    with opened(tmp_path) as journal:
        assert journal.standing() == standing
        assert journal.append(Entry((fact("next"),), prints=(PrintJob("X", "pick_list"),))).result().seq == 31
        assert [job.subject for job in journal.untold_prints(9)] == ["X"]
    assert verify(tmp_path / FILE) == []


def test_work_that_is_held_stays_with_all_behind_it_and_so_does_what_is_not_sent_or_not_printed(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        worked(journal, 9)
        journal.append(Entry(prints=(PrintJob("P-6/2", "parcel_label", shipment="P-6", claim="c6"),))).result()
        journal.acknowledge(75, journal.incarnation)
        assert trimmed(journal, 0, "c4", "c9") == 30
        assert len(journal.facts_of("c4")) == 10
        assert trimmed(journal, 0, "c9") == 20  # a paper of c6 waits for its printer
        waits = Mark("P-6/2", "parcel_label", 1, 1, "sending")
        journal.append(Entry(marks=(waits, replace(waits, state="sent")))).result()
        assert trimmed(journal, 0) == 24
        assert [one.seq for one in journal.unacknowledged(99)] == list(range(76, 91))
        assert journal.link_at(75) is not None


def test_papers_and_packets_of_what_left_leave_with_it_and_none_is_told_or_printed_twice(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        worked(journal, 4)
        assert trimmed(journal, 2) == 20
        assert [job.claim for job in journal.print_jobs()] == ["c3", "c4"]
        assert journal.untold_prints(9) == []
        assert journal.packet("c2") is None
        assert journal.packet("c3") is not None


def test_of_a_day_one_note_is_made_however_often_it_is_asked_and_whenever_a_clock_says_it_is(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        worked(journal, 3)
        for day in (20, 3, 20, 3, 20, 3):  # a clock set ahead, and back, again and again
            assert trimmed(journal, 4, day=day) == 0
        assert trimmed(journal, 3, day=20) == 10
        assert journal.op_ids(0, 1) == ["2.0"]


def test_a_shared_database_put_back_to_before_counts_its_days_anew(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        worked(journal, 9)
        assert trimmed(journal, 1, day=10, epoch="after a restore") == 0
        assert trimmed(journal, 1, day=11, epoch="after a restore") == 89


def test_what_a_shared_database_lacked_and_took_in_again_counts_from_then_on(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        worked(journal, 9)
        journal.acknowledge(30, journal.incarnation)  # its files were copied back, which keeps the epoch
        assert trimmed(journal, ALL, day=9) == 0
        journal.acknowledge(90, journal.incarnation)
        assert trimmed(journal, 1, day=10) == 30
        assert trimmed(journal, 1, day=11) == 59


def test_a_great_deal_leaves_bit_by_bit_and_the_file_is_smaller_when_it_is_opened_again(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        worked(journal, 20, facts=700)
        assert journal.trim(LongAgo(DAY.format(20)[:10], "e", 0), ()).result().moved == MOST
        assert trimmed(journal, 0) == 20 * 700 - MOST - 1
    before = (tmp_path / FILE).stat().st_size
    with opened(tmp_path) as journal:
        assert journal.op_at(14_000) == "20.699"
    assert (tmp_path / FILE).stat().st_size < before / 10
    assert verify(tmp_path / FILE) == []


def test_a_fact_missing_behind_what_left_is_found_and_so_is_a_changed_link(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        worked(journal, 4)
        assert trimmed(journal, 2) == 20
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        db.execute("DELETE FROM fact WHERE seq = 21")
        db.commit()
    assert len(verify(tmp_path / FILE)) == 2
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        db.execute("DELETE FROM fact WHERE seq = 22")
        db.execute("UPDATE gone SET seq = 22")
        db.commit()
    assert len(verify(tmp_path / FILE)) == 1


def test_what_left_does_not_count_as_lost_when_the_rest_is_saved_from_spoilt_pages(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        worked(journal, 9)
        assert trimmed(journal, 5) == 40
        kept = journal.op_ids(0, 999)
    data = bytearray((tmp_path / FILE).read_bytes())
    data[:100] = bytes(100)
    (tmp_path / FILE).write_bytes(data)
    saved = founding.save(tmp_path / FILE)
    assert ([one.op_id for one in saved.facts], saved.lost) == (kept, 0)
    with opened(tmp_path) as journal:
        assert journal.op_ids(0, 999) == kept
        assert journal.past is not None
        assert journal.past.lost == 0
    assert verify(tmp_path / FILE) == []


@pytest.mark.parametrize("known", [0, 15])
def test_a_shared_database_put_back_to_before_what_left_takes_the_rest_as_of_a_new_journal(
    sqlite_database: Database, now: datetime, tmp_path: Path, known: int
) -> None:
    with sqlite_database.write() as tx:
        build(tx, now)
    with opened(tmp_path) as journal:
        worked(journal, 9)
        if known:
            with sqlite_database.write() as tx:
                attach(tx, station="S1", journal=journal, place="", now=now)
                values = {"incarnation": journal.incarnation, "last_seq": known, "last_hash": journal.link_at(known)}
                tx.execute(site.station.update().where(site.station.c.name == "S1").values(**values))
        assert trimmed(journal, 5) == 40
        with sqlite_database.write() as tx, pytest.raises(Conflict) as caught:
            attach(tx, station="S1", journal=journal, place="", now=now)
        assert caught.value.kind == "journal_restored"
        journal.begin_anew(()).result()
        with sqlite_database.write() as tx:
            assert attach(tx, station="S1", journal=journal, place="", now=now).last_seq == 0
        assert len(journal.unacknowledged(999)) == 50


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acked=st.integers(0, 60),
    days=st.integers(0, 8),
    held=st.sets(st.integers(1, 6)),
)
def test_whatever_leaves_was_sent_is_old_and_held_by_nobody(
    tmp_path_factory: pytest.TempPathFactory, acked: int, days: int, held: set[int]
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    with opened(folder) as journal:
        worked(journal, 6)
        journal.acknowledge(acked, journal.incarnation)
        before = journal.op_ids(0, 999)
        went = trimmed(journal, days, *(f"c{n}" for n in held))
        assert journal.op_ids(0, 999) == before[went:]
        assert went <= max(0, acked - 1)
        went_of = {int(op_id.split(".")[0]) for op_id in before[:went]}
        assert not went_of & held
        assert all(one <= 6 - days for one in went_of)
    assert verify(folder / FILE) == []
