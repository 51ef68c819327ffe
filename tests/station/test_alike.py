"""Journal and cache that don't go together: an older copy of the journal is known as one, without asking anybody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.station import alike
from app.station.cache import Cache
from app.station.journal.journal import Journal
from app.station.journal.records import Entry, HeldLease, Mark, PrintJob
from tests.station.making import CLOCK, entry

LABEL = PrintJob("P/1", "parcel_label", shipment="P", claim="C")


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    made = Cache(tmp_path / "cache.db")
    yield made
    made.close()


def opened(folder: Path) -> Journal:
    return Journal.open(folder, "S1", CLOCK, threaded=False)


def put_back(folder: Path) -> None:
    """A journal with a label that waits, put back after more was done and that label came out."""
    journal = opened(folder)
    lease = HeldLease("L", "sscc", "", "395212341", 1, 20, 2)
    journal.append(Entry(facts=entry("one").facts, prints=(LABEL,), leases=(lease,)))
    journal.close()


def test_a_journal_put_back_prints_nothing_and_gives_no_number_again_though_nobody_can_be_asked(
    tmp_path: Path, cache: Cache
) -> None:
    put_back(tmp_path)
    older = (tmp_path / "journal.db").read_bytes()
    journal = opened(tmp_path)
    journal.append(Entry(marks=(Mark(*LABEL.key, "sending"),)))
    journal.append(Entry(marks=(Mark(*LABEL.key, "sent"),)))
    alike.note(journal, cache, pulled=True)
    journal.close()
    (tmp_path / "journal.db").write_bytes(older)
    journal = opened(tmp_path)
    assert [job.state for job in journal.print_jobs()] == ["queued"]
    alike.make_alike(journal, cache)
    assert [job.state for job in journal.print_jobs()] == ["unknown"]
    assert journal.leases() == []
    assert journal.op_ids(0, 9) == ["one"]
    journal.close()


def test_an_older_copy_that_has_numbers_and_nothing_else_gives_none_of_them(tmp_path: Path, cache: Cache) -> None:
    folder = tmp_path / "older"
    folder.mkdir()
    older = opened(folder)
    older.append(Entry(leases=(HeldLease("L", "sscc", "", "395212341", 1, 20, 1),)))
    older.close()
    journal = opened(tmp_path)
    journal.append(entry("one"))
    alike.note(journal, cache, pulled=True)
    journal.close()
    for file in folder.iterdir():
        file.replace(tmp_path / file.name)
    journal = opened(tmp_path)
    assert journal.leases()
    alike.make_alike(journal, cache)
    assert journal.leases() == []
    assert journal.begun != "missing"
    journal.close()


def test_a_cache_that_begins_knows_an_older_copy_of_the_journal_before_anything_was_heard(
    tmp_path: Path, cache: Cache
) -> None:
    put_back(tmp_path)
    older = (tmp_path / "journal.db").read_bytes()
    journal = opened(tmp_path)
    journal.begin_anew(()).result()
    alike.make_alike(journal, cache)
    journal.close()
    (tmp_path / "journal.db").write_bytes(older)
    journal = opened(tmp_path)
    assert journal.leases()
    alike.make_alike(journal, cache)
    assert journal.leases() == []
    journal.close()


def test_a_journal_that_went_on_since_the_cache_heard_of_it_stays_as_it_is(tmp_path: Path, cache: Cache) -> None:
    put_back(tmp_path)
    journal = opened(tmp_path)
    alike.note(journal, cache, pulled=True)
    before = journal.incarnation
    journal.append(entry("two"))
    alike.make_alike(journal, cache)
    assert journal.incarnation == before
    assert [job.state for job in journal.print_jobs()] == ["queued"]
    journal.close()


def test_what_a_cache_holds_from_before_the_journal_began_anew_counts_only_once_it_was_pulled_again(
    tmp_path: Path, cache: Cache
) -> None:
    put_back(tmp_path)
    journal = opened(tmp_path)
    alike.note(journal, cache, pulled=True)
    noted = cache.position("journal")
    journal.begin_anew(()).result()
    alike.note(journal, cache, pulled=False)
    assert cache.position("journal") == noted
    alike.note(journal, cache, pulled=True)
    assert cache.position("journal") != noted
    journal.close()


def test_a_label_of_another_claim_comes_out_and_one_asked_for_twice_comes_out_once(tmp_path: Path) -> None:
    put_back(tmp_path)
    journal = opened(tmp_path)
    journal.append(Entry(marks=(Mark(*LABEL.key, "sending"),)))
    journal.append(Entry(marks=(Mark(*LABEL.key, "sent"),)))
    journal.append(Entry(prints=(LABEL,)))
    assert [job.state for job in journal.print_jobs()] == ["sent"]
    journal.append(Entry(prints=(PrintJob("P/1", "parcel_label", shipment="P", claim="D"),)))
    assert [(job.claim, job.state) for job in journal.print_jobs()] == [("D", "queued")]
    journal.close()
