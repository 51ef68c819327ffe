"""Keeps the two bars true: asks how the bench stands twice a second, off the UI thread, and tells the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.db import Database
from app.site import store as site
from app.station.answer import Answer
from app.station.station import Status
from ui.context import Context
from ui.navigation import Place
from ui.readiness import Device, devices, local, next_cut_off, zone_of
from ui.statusbar import StatusBar
from ui.topbar import BarShown, TopBar
from ui.workplace import Workplace

_LOOK_MS = 500
_SITE_EVERY = 600  # looks: a cut-off hardly ever changes
HELP_KEY, HELP_CODE = "F1", "PBHELP"


@dataclass(frozen=True, slots=True)
class Site:
    """What is known of the warehouse around this bench."""

    city: str = ""
    cut_off: str = ""
    working_days: str = ""
    time_zone: str = ""


@dataclass(frozen=True, slots=True)
class _Looked:
    status: Status
    file_gone: bool


class Bars(QObject):
    """`top` and `foot` are the two widgets. `looked()` when the devices were looked at anew: `devices` has them."""

    looked = Signal()

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
        self._status, self._file_gone = looked.status, looked.file_gone
        self.refresh()
        self.looked.emit()

    def _not_looked(self, _error: BaseException) -> None:
        """The journal is closing or its disk is gone; each scan says so itself."""
        self._asking = False

    def _read_site(self) -> Site:
        with self._context.database.read() as tx:
            house = site.warehouses(tx).get(site.station(tx, self._context.station.name).warehouse)
        return Site(house.city, house.cut_off, house.working_days, house.time_zone) if house else Site()

    def _site_came(self, found: Site) -> None:
        self._site = found
        self._context.time_zone = found.time_zone or self._context.time_zone
        self.refresh()

    def _no_site(self, _error: BaseException) -> None:
        """The shared database is away; the sync cell says so, and the next round asks again."""
        self._looks = _SITE_EVERY - 20

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
        cut_off = next_cut_off(now, zone, self._site.cut_off, self._site.working_days) if self._site.cut_off else None
        on_bench = self._place is not None and self._place.kind == "bench" and operator is not None
        screen = words(self._place.title_key) if self._place and self._place.name != "sign_in" else ""
        self.top.show_(
            BarShown(
                station=words("shell.bench", name=context.station.name),
                site=self._site.city,
                screen=screen,
                job=answer.job if answer is not None and on_bench and _in_hand(answer) else "",
                demo=words("shell.demo") if context.demo else "",
                cut_off=words("shell.cut_off", time=local(cut_off, zone)) if cut_off else "",
                left=self._left(cut_off - now) if cut_off else "",
                operator=operator.name if operator else "",
                clock=local(now, zone),
                stopped=self._stopped,
            )
        )

    def _left(self, left: timedelta) -> str:
        minutes = int(left.total_seconds()) // 60
        words = self._context.words
        if minutes < 60:
            return words("shell.left.minutes", n=minutes)
        if minutes < 24 * 60:
            return words("shell.left.hours", h=minutes // 60, m=f"{minutes % 60:02d}")
        return words("shell.left.days", n=minutes // (24 * 60))

    def _show_foot(self) -> None:
        words, recent = self._context.words, self._context.recent
        if self._status is not None:
            self.devices = devices(
                self._status,
                words,
                zone_of(self._context.time_zone),
                (recent.heard, recent.kept),
                scanner_state=self.scanner_state,
                file_gone=self._file_gone,
            )
        self.foot.show_(self.devices, (HELP_KEY, words("shell.help.word"), HELP_CODE), stopped=self._stopped)


def _in_hand(answer: Answer) -> bool:
    """Whether a job is open whose name somebody reads: a handover's says nothing."""
    return answer.workflow in ("pick", "pack") and answer.state != "finished"


def file_gone(database: Database) -> bool:
    """Whether the file of the shared database was taken away under the program: what is sent goes nowhere then."""
    if not database.is_sqlite:
        return False
    name = database.engine.url.database
    return bool(name) and name != ":memory:" and not Path(str(name)).exists()
