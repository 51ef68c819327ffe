"""The work list, in words: what is ready, for whom, when it leaves. No Qt.

It asks the shared database off the UI thread when something there has changed, and now and then all the same: what
today's pace is changes without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Protocol
from zoneinfo import ZoneInfo

from app.base.errors import DatabaseAway
from app.desk.views import work_list
from app.desk.views.work_list import CutOff, Pace, WorkList, WorkRow
from app.station.answer import Answer
from app.station.printing.addressing import country_name
from app.station.printing.readiness import Ready
from app.station.speech import FORCE
from app.station.sync.sync import SyncState
from ui.context import Context
from ui.leave import leave
from ui.readiness import local, zone_of
from ui.screens.work_list.shown import Head, Held, Lead, PaceShown, Row, Work, WorkListShown

PAGE, MOST = 60, 300  # rows a page, and rows at all: whoever looks for what comes later scans it
_READ_AGAIN = timedelta(seconds=20)
_SOON = timedelta(hours=1)
_ICONS = {"fragile": "glass", "liquid": "drop", "aerosol": "spray", "battery": "battery", "sharp": "blade",
          "food": "food", "magnet": "magnet"}  # fmt: skip
_HELD = 3


@dataclass(frozen=True, slots=True)
class _Read:
    list: WorkList
    at: datetime


@dataclass(frozen=True, slots=True)
class _Bench:
    sync: SyncState
    ready: tuple[Ready, ...]


class View(Protocol):
    def show_(self, shown: WorkListShown) -> None: ...

    def open_chosen(self) -> None: ...


class Presenter:
    def __init__(self, context: Context, view: View) -> None:
        self._context, self._view = context, view
        self._read: _Read | None = None
        self._more: tuple[WorkRow, ...] = ()
        self._bench: _Bench | None = None
        self._answer: Answer | None = None
        self._here = self._asking = self._away = self._wanted = self._again = False

    # What the window says -------------------------------------------------------------------------------------

    def entered(self, subject: str = "") -> None:
        """In front again: what has changed meanwhile is asked for at once, what is known is there until then."""
        self._here = True
        self.show()
        self._ask()

    def left(self) -> None:
        """Nobody's name stays behind on a screen that is not looked at."""
        self._here, self._read, self._more, self._answer = False, None, (), None

    def heard(self, code: str) -> None:
        """The answer says what became of it."""

    def answered(self, answer: Answer) -> None:
        self._answer = answer
        self.show()
        if answer.outcome in ("ok", "done"):
            self._ask()

    def changed(self) -> None:
        """The shared database has news."""
        self._ask()

    def tick(self) -> None:
        """Every other second while it is in front: time goes on, and how the bench stands may have changed."""
        self.show()
        self._ask_bench()
        if self._read is None or self._away or self._context.clock.now() - self._read.at >= _READ_AGAIN:
            self._ask()

    # What hands do --------------------------------------------------------------------------------------------

    def pick(self) -> None:
        """F3: the chosen row."""
        self._view.open_chosen()

    def open(self, row: Work) -> None:
        """As if its code had been scanned."""
        self._context.scan(row.shipment)

    def more(self) -> None:
        """Whoever reads comes near the end of what is shown."""
        known = self._rows()
        self._wanted = self._asking
        if self._read is None or self._asking or not PAGE <= len(known) < MOST or len(known) % PAGE:
            return
        self._asking = True
        work = partial(self._page, self._read.list.warehouse, known[-1].key)
        self._context.runner.run(work, self._page_came, self._failed, owner=self._view)

    # Off the UI thread ----------------------------------------------------------------------------------------

    def _ask(self) -> None:
        """News that come while a list is on its way may not be in it: then once more."""
        self._again = self._asking
        if self._here and not self._asking:
            self._asking = True
            self._ask_bench()
            work = partial(self._list_now, max(PAGE, len(self._rows())))
            self._context.runner.run(work, self._list_came, self._failed, owner=self._view)

    def _ask_bench(self) -> None:
        if self._here:
            self._context.runner.run(self._bench_now, self._bench_came, self._no_bench, owner=self._view, free=True)

    def _bench_now(self) -> _Bench:
        station = self._context.station
        return _Bench(station.status().sync, station.readiness())

    def _list_now(self, limit: int) -> _Read:
        now = self._context.clock.now()
        with self._context.database.reading() as read:
            today = now.astimezone(self._zone()).replace(hour=0, minute=0, second=0, microsecond=0)
            found = work_list.work_list(read, self._context.station.name, now=now, today=today, limit=limit)
        return _Read(found, now)

    def _page(self, warehouse: str, after: str) -> tuple[WorkRow, ...]:
        with self._context.database.reading() as read:
            return work_list.page(read, warehouse, after=after, limit=PAGE)

    def _bench_came(self, bench: _Bench) -> None:
        if bench != self._bench:
            self._bench = bench
            self.show()

    def _no_bench(self, _error: BaseException) -> None:
        """The bench is closing, or its disk is gone: each scan says so."""

    def _list_came(self, read: _Read) -> None:
        self._asking = self._away = False
        if self._here:
            self._read, self._more = read, ()
        self.show()
        if self._again:
            self._ask()
        elif self._wanted:
            self.more()

    def _page_came(self, rows: tuple[WorkRow, ...]) -> None:
        self._asking = False
        if self._here:
            self._more += rows
            self.show()

    def _failed(self, error: BaseException) -> None:
        """A database that is away is no fault: the list stays as it was, and says so."""
        self._asking = False
        if not isinstance(error, DatabaseAway):
            raise error
        if not self._away:
            self._away = True
            self.show()

    # In words -------------------------------------------------------------------------------------------------

    def show(self) -> None:
        if self._here:
            self._view.show_(self._shown())

    def _rows(self) -> tuple[WorkRow, ...]:
        return (*self._read.list.rows, *self._more) if self._read else ()

    def _over(self) -> str:
        """The shipment just packed here: the shared database may not have heard of it yet."""
        answer = self._answer
        over = answer is not None and (answer.workflow, answer.state, answer.outcome) == ("pack", "finished", "done")
        return answer.job if answer is not None and over and answer.message != "job_left" else ""

    def _zone(self) -> ZoneInfo:
        return zone_of(self._context.time_zone)

    def _shown(self) -> WorkListShown:
        words, now, rows = self._context.words, self._context.clock.now(), self._rows()
        away = self._why_away()
        if self._read is None:
            return WorkListShown(self._lead((), now), trouble=self._trouble(), away=away)
        found = self._read.list
        held = [
            Held(one.shipment, " · ".join(part for part in (
                words(f"screens_work.held.{one.kind}", done=one.done, of=one.units),
                words("screens_work.tote", tote=one.tote) if one.tote else "") if part))
            for one in [one for one in found.held if one.shipment != self._over()][:_HELD]
        ]  # fmt: skip
        rest = sum(one.left for one in found.cut_offs) - len(rows)
        return WorkListShown(
            lead=self._lead(rows, now),
            rows=tuple(self._all(rows, found.cut_offs, found.pace, now)),
            rest=words("screens_work.rest", n=rest) if rest > 0 and len(rows) >= MOST else "",
            empty="" if rows else words("screens_work.empty"),
            held=tuple(held),
            pace=self._pace(found.pace, found.cut_offs, now),
            trouble=self._trouble(),
            away=away,
        )

    def _lead(self, rows: tuple[WorkRow, ...], now: datetime) -> Lead:
        words, answer = self._context.words, self._answer
        told = warn = ""
        if answer is not None:
            told = answer.text if answer.outcome == "done" and answer.message != "signed_in" else ""
            warn = answer.text if answer.outcome in ("warn", "stop") else ""
        first = next((row for row in rows if not row.station or row.station == self._context.station.name), None)
        title, asked = words("screens_work.scan"), leave(answer, words)
        if asked is not None:
            reasons = answer is not None and answer.approval == FORCE  # to be read, more than what was refused
            return Lead(asked.whole, asked.detail, warn="" if reasons else asked.warn)
        if first is None:
            return Lead(title, told, warn=warn)
        what = " · ".join((
            words("screens_work.tote", tote=first.tote) if first.tote else "", first.shipment,
            words("screens_work.items_to" if first.units != 1 else "screens_work.item_to", n=first.units,
                  city=_isolated(first.city) or country_name(first.country, words.language)),
        )).removeprefix(" · ")  # fmt: skip
        late = first.leaves_at < now
        caption = words("screens_work.late_by" if late else "screens_work.leaves_in")
        left = self._span(now - first.leaves_at if late else first.leaves_at - now)
        return Lead(title, told or words("screens_work.first", what=what), caption, left, warn)

    def _all(self, rows: tuple[WorkRow, ...], offs: tuple[CutOff, ...], pace: Pace, now: datetime) -> list[Row]:
        known = {(one.leaves_at, one.carrier): one for one in offs}
        ahead = min((one.leaves_at for one in offs if one.leaves_at > now), default=None)
        all_: list[Row] = []
        for at, some in groupby(rows, key=_cut_off):
            off = known.get(at) or CutOff(*at, at[1])
            all_.append(self._head(off, pace if off.leaves_at == ahead else None, now))
            all_.extend(self._work(row, now) for row in some if row.shipment != self._over())
        return all_

    def _head(self, off: CutOff, pace: Pace | None, now: datetime) -> Head:
        words, zone = self._context.words, self._zone()
        counts = " · ".join(
            words(f"screens_work.count.{heap}", n=n)
            for heap, n in (("ready", off.ready), ("packing", off.packing), ("picking", off.picking),
                            ("to_pick", off.to_pick)) if n
        )  # fmt: skip
        left = off.leaves_at - now
        chip, severity = words("screens_work.in", span=self._span(left)), "none"
        if left < timedelta(0):
            chip, severity = words("screens_work.over", span=self._span(-left)), "stop"
        elif pace is not None and pace.on_time is not None:
            key, severity = ("on_time", "ok") if pace.on_time else ("too_slow", "warn")
            chip = words(f"screens_work.{key}")
        elif left < _SOON:
            severity = "warn"
        time = self._clock(off.leaves_at, now, zone)
        return Head(f"{off.leaves_at}{off.carrier}", time, off.name, counts, chip, severity)

    def _work(self, row: WorkRow, now: datetime) -> Work:
        words = self._context.words
        place = ", ".join(part for part in (_isolated(row.city), country_name(row.country, words.language)) if part)
        chips = [(_ICONS[mark], words(f"screens_work.mark.{mark}"), "warn" if mark == "fragile" else "none")
                 for mark in row.marks[:2]]  # fmt: skip
        if row.parts > 1:
            chips.append(("split", words("screens_work.part", n=row.n, of=row.parts), "next"))
        return Work(
            key=row.shipment,
            shipment=row.shipment,
            tote=row.tote,
            to=" · ".join(part for part in (_isolated(row.name), place) if part),
            units=words("screens_work.items" if row.units != 1 else "screens_work.item", n=row.units),
            chips=tuple(chips),
            state=self._state(row, now),
            elsewhere=bool(row.station) and row.station != self._context.station.name,
        )

    def _state(self, row: WorkRow, now: datetime) -> tuple[str, str, str]:
        """Where it lies, or who holds it and since when."""
        words = self._context.words
        if row.station == self._context.station.name:
            return ("pause", words("screens_work.state.here"), "done")
        if row.station and row.since is not None:
            since = self._clock(row.since, now, self._zone())
            return ("lock", words("screens_work.state.at", station=row.station, since=since), "none")
        if row.state == "picking":
            return ("cart", words("screens_work.state.begun", n=row.to_pick), "none")
        if row.state == "ready":
            return ("pick", words("screens_work.state.to_pick"), "none")
        return ("tote", words("screens_work.state.in_tote"), "ok")

    def _pace(self, pace: Pace, offs: tuple[CutOff, ...], now: datetime) -> PaceShown | None:
        ahead = min((one.leaves_at for one in offs if one.leaves_at > now), default=None)
        if ahead is None or pace.needed is None:
            return None
        words, needed = self._context.words, pace.needed
        most = max(needed, pace.done or 0.0, 0.1)
        count = words("screens_work.pace.left" if pace.left != 1 else "screens_work.pace.left_one", n=pace.left)
        unit = words("screens_work.pace.unit")
        if pace.benches > 1:
            unit = words("screens_work.pace.each", n=pace.benches)
        none_yet = words("screens_work.pace.none")
        done = self._an_hour(pace.done) if pace.done is not None else none_yet
        return PaceShown(
            words("screens_work.pace.until", time=self._clock(ahead, now, self._zone())), count,
            self._figure(needed), unit,
            (
                (words("screens_work.pace.done"), done, (pace.done or 0.0) / most, "ok" if pace.on_time else "warn"),
                (words("screens_work.pace.needed"), self._an_hour(needed), needed / most, "none"),
            ),
        )  # fmt: skip

    def _trouble(self) -> tuple[tuple[str, str], ...]:
        """What isn't ready here, before a job starts. The line to the database has its own words."""
        words, told = self._context.words, []
        if self._bench is not None:
            told = [("printer", words(one.key, **one.values)) for one in self._bench.ready
                    if not one.ok and one.device != "line"]  # fmt: skip
        if self._read is not None and self._read.list.totes and not self._read.list.free:
            told.append(("tote", words("screens_work.no_tote")))
        return tuple(dict.fromkeys(told))

    def _why_away(self) -> tuple[str, str]:
        sync = self._bench.sync if self._bench else None
        if not self._away and not (sync and sync.trouble):
            return "", ""
        words, zone = self._context.words, self._zone()
        since = sync.heard_at if sync and sync.heard_at else self._read.at if self._read else None
        head = words("screens_work.away.since", since=local(since, zone)) if since else words("screens_work.away.never")
        return head, words("screens_work.away.act")

    def _clock(self, at: datetime, now: datetime, zone: ZoneInfo) -> str:
        """The time of day; with the day before it when that isn't today."""
        there, here = at.astimezone(zone), now.astimezone(zone)
        if there.date() == here.date():
            return local(at, zone)
        day = self._context.words(f"screens_work.day.{there.isoweekday()}")
        return self._context.words("screens_work.on_day", day=day, time=local(at, zone))

    def _span(self, span: timedelta) -> str:
        minutes = max(0, int(span.total_seconds()) // 60)
        words = self._context.words
        if minutes < 60:
            return words("screens_work.span.minutes", n=minutes)
        if minutes < 48 * 60:
            return words("screens_work.span.hours", h=minutes // 60, m=f"{minutes % 60:02d}")
        return words("screens_work.span.days", n=minutes // (24 * 60))

    def _an_hour(self, figure: float) -> str:
        return self._context.words("screens_work.pace.an_hour", n=self._figure(figure))

    def _figure(self, figure: float) -> str:
        """With one digit behind the point while that tells something."""
        text = f"{figure:.1f}" if figure < 100 else f"{figure:.0f}"
        return text.replace(".", self._context.words("screens_work.point"))


def _cut_off(row: WorkRow) -> tuple[datetime, str]:
    return row.leaves_at, row.carrier


def _isolated(text: str) -> str:
    return f"\u2068{text}\u2069" if text else ""
