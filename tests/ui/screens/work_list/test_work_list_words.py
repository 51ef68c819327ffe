"""What the work list says, with a view that only remembers it, on the shared database of a real bench."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.base.clock import FixedClock, from_stamp
from app.base.errors import DatabaseAway
from app.db import Database
from app.station.station import Station
from tests.ui.conftest import Went
from ui.context import Context, Words
from ui.screens.work_list.presenter import PAGE, Presenter
from ui.screens.work_list.shown import Head, Work, WorkListShown


class Now:
    """Runs work at once: the order of things without threads."""

    def __init__(self) -> None:
        self.away = False

    def run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None] | None = None,
        *,
        owner: object | None = None,
        free: bool = False,
    ) -> None:
        if self.away and not free:
            assert failed is not None
            failed(DatabaseAway("gone"))
        else:
            done(work())


class Fake:
    def __init__(self) -> None:
        self.shown = WorkListShown()
        self.opened = 0

    def show_(self, shown: WorkListShown) -> None:
        self.shown = shown

    def open_chosen(self) -> None:
        self.opened += 1


class List:
    """The presenter with a fake view, a clock that stands, and a bench that is real."""

    def __init__(self, context: Context, station: Station, database: Database) -> None:
        self.view, self.runner, self.context = Fake(), Now(), context
        context.runner, context.time_zone = self.runner, "Europe/Berlin"
        with database.reading() as read:
            first = read("SELECT min(leaves_at) AS at FROM shipment WHERE warehouse = 'LEJ' AND state = 'ready'")
        self.first = from_stamp(first[0]["at"])
        self.clock = FixedClock(self.first - timedelta(hours=3, minutes=46))
        context.clock = self.clock
        self.presenter = Presenter(context, self.view)
        self.presenter.entered()

    @property
    def works(self) -> list[Work]:
        return [row for row in self.view.shown.rows if isinstance(row, Work)]

    @property
    def heads(self) -> list[Head]:
        return [row for row in self.view.shown.rows if isinstance(row, Head)]


@pytest.fixture
def seen(context: Context, station: Station, shared: Database) -> List:
    return List(context, station, shared)


def test_the_first_to_leave_is_named_with_the_time_that_is_left(seen: List) -> None:
    lead = seen.view.shown.lead
    assert (lead.title, lead.caption, lead.left) == ("Scan a tote or job code", "leaves in", "3 h 46")
    assert lead.detail.startswith(f"First to leave: {seen.works[0].shipment}")


def test_every_cut_off_heads_its_shipments_earliest_first(seen: List) -> None:
    assert isinstance(seen.view.shown.rows[0], Head)
    assert seen.heads[0].chip == "in 3 h 46"
    assert seen.heads[0].counts == f"{sum(1 for _ in _until_next(seen))} to pick"
    assert len(seen.works) == PAGE


def _until_next(seen: List) -> list[Work]:
    found: list[Work] = []
    for row in seen.view.shown.rows[1:]:
        if isinstance(row, Head):
            break
        found.append(row)
    return found


def test_more_is_read_when_the_end_comes_near_and_only_once(seen: List) -> None:
    seen.presenter.more()
    every = len(seen.works)
    assert every == 90
    seen.presenter.more()
    assert len(seen.works) == every
    assert len({work.shipment for work in seen.works}) == every


def test_names_and_towns_keep_their_own_direction_of_writing(seen: List) -> None:
    to = seen.works[0].to
    assert to.count("\u2068") == to.count("\u2069") == 2


def test_what_is_late_says_by_how_much(seen: List) -> None:
    seen.clock.at = seen.first + timedelta(minutes=35)
    seen.presenter.tick()
    assert (seen.view.shown.lead.caption, seen.view.shown.lead.left) == ("late by", "35 min")
    assert (seen.heads[0].chip, seen.heads[0].severity) == ("late by 35 min", "stop")


def test_the_last_hour_before_a_cut_off_is_tinted(seen: List) -> None:
    seen.clock.at = seen.first - timedelta(minutes=59)
    seen.presenter.tick()
    assert seen.heads[0].severity == "warn"


def test_with_the_database_away_the_list_stays_and_says_why(seen: List) -> None:
    before = seen.view.shown.rows
    seen.runner.away = True
    seen.clock.at += timedelta(minutes=1)
    seen.presenter.changed()
    assert seen.view.shown.away[0].startswith("Offline since")
    assert [row.key for row in seen.view.shown.rows] == [row.key for row in before]
    seen.runner.away = False
    seen.presenter.tick()
    assert seen.view.shown.away == ("", "")


def test_nothing_of_a_person_stays_on_a_screen_that_was_left(seen: List) -> None:
    seen.presenter.left()
    assert seen.presenter._rows() == ()
    seen.presenter.entered()
    assert seen.works


def test_opening_a_row_is_as_if_its_code_had_been_scanned(seen: List) -> None:
    codes: list[str] = []
    seen.context.scan = codes.append
    seen.presenter.open(seen.works[3])
    assert codes == [seen.works[3].shipment]


def test_work_held_elsewhere_says_by_whom_and_since_when(seen: List, shared: Database, tmp_path: Any) -> None:
    wanted = seen.works[0].shipment
    other = Station.open(tmp_path / "other", shared, "S2", settings=seen.context.settings)
    try:
        assert other.sign_in("PBPICKER").outcome == "done"
        assert other.scan(wanted).workflow == "pick"
    finally:
        other.close()
    seen.presenter.changed()
    row = next(work for work in seen.works if work.shipment == wanted)
    assert row.elsewhere
    assert row.state[1].startswith("S2 since ")
    assert wanted not in seen.view.shown.lead.detail


def test_a_tick_without_news_asks_the_shared_database_nothing(seen: List) -> None:
    reads: list[Any] = []
    inner = seen.runner.run

    def run(work: Callable[[], Any], done: Callable[[Any], None], *more: Any, **named: Any) -> None:
        if not named.get("free"):
            reads.append(work)
        inner(work, done, *more, **named)

    seen.runner.run = run  # type: ignore[method-assign]
    seen.presenter.tick()
    assert reads == []
    seen.presenter.changed()
    assert len(reads) == 1


def test_german_has_every_word(seen: List) -> None:
    seen.context.words = Words("de")
    seen.presenter.show()
    assert seen.view.shown.lead.title == "Wanne oder Auftragscode scannen"
    assert isinstance(seen.context.go, Went)
