"""Keeps the two bars true: asks how the bench stands twice a second, off the UI thread, and tells the time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication

from app.db import Database
from app.desk.views.work_list import NextCutOff, next_cut_off
from app.site import store as site
from app.station.answer import Answer
from app.station.station import Status
from ui.context import Context
from ui.navigation import Place
from ui.readiness import ELSEWHERE, Device, devices, local, zone_of
from ui.shell.statusbar import StatusBar
from ui.shell.topbar import BarShown, TopBar
from ui.workplace import Workplace

_LOOK_MS = 500
_SITE_EVERY = 40  # looks: what is left to pack changes by the minute
_ASK_EVERY = 20  # looks: a printer whose plug was pulled says nothing by itself
HELP_KEY, HELP_CODE = "F1", "PBHELP"


@dataclass(frozen=True, slots=True)
class Site:
    """What is known of the warehouse around this bench, and what has to leave it next."""

    city: str = ""
    time_zone: str = ""
    next: NextCutOff | None = None


@dataclass(frozen=True, slots=True)
class _Looked:
    status: Status
    file_gone: bool


class Bars(QObject):
    """`top` and `foot` are the two widgets. `looked()` when the devices were looked at anew: `devices` has them.

    `troubled(str)`: from now on nothing is sent until a person has seen to it; why, as `SyncState` names it.
    """

    looked = Signal()
    troubled = Signal(object)

    def __init__(self, context: Context, workplace: Workplace, top: TopBar, foot: StatusBar) -> None:
        super().__init__(foot)
        self._context, self._workplace, self.top, self.foot = context, workplace, top, foot
        self._site, self._stopped = Site(), False
        self._place: Place | None = None
        self._status: Status | None = None
        self._file_gone, self._asking, self._looks = False, False, 0
        self.scanner_state = ""
        self.devices: tuple[Device, ...] = ()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)
        workplace.heard.connect(self._scanned)
        workplace.answered.connect(self._scanned)

    def start(self) -> None:
        self._timer.start()
        self.look()

    def at(self, place: Place) -> None:
        """This screen is in front."""
        self._place = place
        self.refresh()

    def stopped(self, stopped: bool) -> None:
        """A stop stands: the bars take its colour."""
        if stopped != self._stopped:
            self._stopped = stopped
            self.refresh()

    @Slot()
    def look(self) -> None:
        """One look at a time: a disk that hangs must not heap them up."""
        self._looks += 1
        if self._looks % _ASK_EVERY == 1:
            self._context.station.ask_printers()
        if self._looks % _SITE_EVERY == 1:
            self._context.runner.run(self._read_site, self._site_came, self._no_site, owner=self)
        if not self._asking:
            self._asking = True
            self._context.runner.run(self._look, self._looked, self._not_looked, owner=self, free=True)
        else:
            self.refresh()

    def _look(self) -> _Looked:
        """On a worker's thread."""
        return _Looked(self._context.station.status(), file_gone(self._context.database))

    def _looked(self, looked: _Looked) -> None:
        self._asking = False
        before = self._status.sync.trouble if self._status else ""
        trouble = looked.status.sync.trouble
        self._status, self._file_gone = looked.status, looked.file_gone
        self.refresh()
        self.looked.emit()
        if trouble not in ("", "away", before):
            self.troubled.emit(trouble)

    def _not_looked(self, _error: BaseException) -> None:
        """The journal is closing or its disk is gone; each scan says so itself."""
        self._asking = False

    def _read_site(self) -> Site:
        context = self._context
        with context.database.read() as tx:
            code = site.station(tx, context.station.name).warehouse
            house = site.warehouses(tx).get(code)
        with context.database.reading() as read:
            leaves = next_cut_off(read, code, context.clock.now())
        return Site(house.city, house.time_zone, leaves) if house else Site(next=leaves)

    def _site_came(self, found: Site) -> None:
        self._site = found
        self._context.time_zone = found.time_zone or self._context.time_zone
        self.refresh()

    def _no_site(self, _error: BaseException) -> None:
        """The shared database is away; the sync cell says so, and the next round asks again."""
        if self._site.next is not None and self._site.next.leaves_at < self._context.clock.now():
            self._site = replace(self._site, next=None)

    @Slot(object)
    def _scanned(self, _scan: object) -> None:
        self._show_foot()
        if self._place is not None and self._place.kind == "bench":
            self._show_top()

    def refresh(self) -> None:
        self._show_top()
        self._show_foot()

    def _show_top(self) -> None:
        context, words = self._context, self._context.words
        zone, now = zone_of(context.time_zone), context.clock.now()
        answer, operator = self._workplace.answer, self._workplace.operator
        leaves = self._site.next
        on_bench = self._place is not None and self._place.kind == "bench" and operator is not None
        screen = words(self._place.title_key) if self._place and self._place.name != "sign_in" else ""
        self.top.show_(
            BarShown(
                station=words("shell.bench", name=context.station.name),
                site=self._site.city,
                screen=screen,
                job=answer.job if answer is not None and on_bench and _in_hand(answer) else "",
                demo=words("shell.demo") if context.demo else "",
                cut_off=f"{leaves.carriers[0]} {self._when(leaves.leaves_at, now, zone)}" if leaves else "",
                left=words("shell.left", n=leaves.left) if leaves else "",
                operator=operator.name if operator else "",
                clock=local(now, zone),
                stopped=self._stopped,
            )
        )

    def _when(self, leaves: datetime, now: datetime, zone: ZoneInfo) -> str:
        """The time of day; with the day of the week before it when that is not today."""
        there = leaves.astimezone(zone)
        if there.date() == now.astimezone(zone).date():
            return local(leaves, zone)
        return f"{self._context.words(f'shell.day.{there.isoweekday()}')} {local(leaves, zone)}"

    def _show_foot(self) -> None:
        words, recent = self._context.words, self._context.recent
        if self._status is not None:
            self.devices = devices(
                self._status,
                words,
                zone_of(self._context.time_zone),
                (recent.heard, recent.kept),
                scanner_state=self.heard_by(),
                file_gone=self._file_gone,
            )
        self.foot.show_(self.devices, (HELP_KEY, words("shell.help.word"), HELP_CODE), stopped=self._stopped)

    def heard_by(self) -> str:
        """The serial scanner's state, or who has the keyboard: a scanner that types is heard by nobody else."""
        if self.scanner_state:
            return self.scanner_state
        away = self.foot.window().isVisible() and QGuiApplication.focusWindow() is None
        return ELSEWHERE if away else ""


def _in_hand(answer: Answer) -> bool:
    """Whether a job is open whose name somebody reads: a handover's says nothing."""
    return answer.workflow in ("pick", "pack") and answer.state != "finished"


def file_gone(database: Database) -> bool:
    """Whether the file of the shared database was taken away under the program: what is sent goes nowhere then."""
    if not database.is_sqlite:
        return False
    name = database.engine.url.database
    return bool(name) and name != ":memory:" and not Path(str(name)).exists()
