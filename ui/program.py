"""Puts the window together with the bench behind it, and takes them apart again in the one order that is safe.

Made first and ended last: the log, the crash hooks, the database, the bench, the devices, the runner, the window.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.base.clock import Clock
from app.base.errors import Broken
from app.bench.simulated import Simulated, simulated_devices
from app.bootstrap import jobs_beside
from app.cli.context import Context as Command
from app.cli.floor import place
from app.cli.planning import counted
from app.cli.words import say
from app.db import Database, open_database
from app.db.engine import PATIENCE_S
from app.hub.places import stations_folder
from app.settings import Settings
from app.site import store as site
from app.site.roles import SYSTEM
from app.station.floor import SWITCH_S
from app.station.profile import FILE as PROFILE
from app.station.profile import Profile, read_profile, unreadable, write_profile
from app.station.station import Station
from app.upkeep.demo import load_demo
from ui import garbage
from ui.context import Context, Words
from ui.devices import Devices
from ui.log import Log
from ui.look import theme
from ui.scanner.doubts import Doubts
from ui.shell.crash import Crash
from ui.shell.opening import Opening
from ui.shell.window import Window
from ui.start import application
from ui.tasks import TaskRunner
from ui.workplace import Workplace

Elsewhere = Callable[[Callable[[], Any]], Any]


def _here(work: Callable[[], Any]) -> Any:
    return work()


def open_window(own: Command, name: str, opening: Opening, runner: TaskRunner, *, demo: bool) -> int:
    """Until the person closes the window; the exit code. Raises what keeps the bench from being opened."""
    with bench_window(own, name, demo=demo, elsewhere=partial(opening.wait_for, runner)) as shell:
        app = application()
        shell.window.closing.connect(app.quit)
        shell.window.place_as_before()
        opening.hide()
        shell.start()
        return app.exec()


@contextmanager
def bench_window(own: Command, name: str, *, demo: bool, elsewhere: Elsewhere = _here) -> Iterator[Shell]:
    """The window with its bench behind it, not shown yet; all of it ends with the block. Raises as `open_window`.

    `elsewhere` runs what may have to wait for the shared database.
    """
    app = application()
    log = Log(own.settings.home_folder)
    crash = Crash(log, app)
    with ExitStack() as house:
        house.enter_context(log.deaths())
        house.enter_context(crash.watching())
        house.enter_context(quick())
        house.enter_context(garbage.on_this_thread())
        database = house.enter_context(closing(open_database(own.settings.db_url, who=name, patience=PATIENCE_S)))
        bench, folder = elsewhere(partial(bench_of, own, name))
        profile = read_profile(folder)
        simulated = house.enter_context(simulated_devices(database)) if demo else None
        printer = simulated.printer.url if simulated else profile.printer
        opened = elsewhere(
            partial(
                Station.open, folder, database, bench, printer=printer, papers=profile.papers, settings=own.settings
            )
        )
        house.enter_context(closing(opened))
        house.enter_context(jobs_beside(database, own.settings, own.clock))
        shell = Shell(own.settings, own.clock, folder, opened, database, profile, crash, log, simulated=simulated)
        house.callback(shell.end)
        yield shell


def shop_in_place(own: Command, tell: Callable[[str, int, int], None]) -> None:
    """The demo shop, loaded if it is not there yet. May take some seconds: never on the UI thread."""
    with own.fresh_database() as (database, _):
        with database.read() as tx:
            if site.stations(tx):
                return
        words = say("shell.opening.demo")
        tell(words, 0, 0)
        load_demo(
            database,
            orders=True,
            operator=SYSTEM,
            now=own.clock.now(),
            progress=lambda: counted(database, lambda done, total: tell(words, done, total), None),
        )


def bench_of(own: Command, name: str) -> tuple[str, Path]:
    """The bench of that name and its folder; without a name the only one there is, or that was ever open here."""
    if name:
        return place(own, name)
    known = {folder.name.partition("@")[0] for folder in stations_folder(own.settings).glob("*") if folder.is_dir()}
    with own.database() as database, database.read() as tx:
        names = [one.name for one in site.stations(tx)]
    mine = [one for one in names if one in known] or names
    if len(mine) != 1:
        raise Broken(f"{len(mine)} stations", kind="which_station", stations=", ".join(names))
    return place(own, mine[0])


@contextmanager
def quick() -> Iterator[None]:
    """Threads take turns quickly (`app.station.floor` says why); what is frozen meanwhile is let go at the end."""
    before, frozen = sys.getswitchinterval(), gc.get_freeze_count()
    sys.setswitchinterval(SWITCH_S)
    try:
        yield
    finally:
        if not frozen:  # else it was set aside by whoever runs us
            gc.unfreeze()
        sys.setswitchinterval(before)


class Shell(QObject):
    """The window with everything it needs. `end` takes it apart; then the bench may be closed."""

    _failed = Signal(object)

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        folder: Path,
        station: Station,
        database: Database,
        profile: Profile,
        crash: Crash,
        log: Log,
        *,
        simulated: Simulated | None = None,
    ) -> None:
        super().__init__()
        self._crash, self._log, self._ended = crash, log, False
        self._sets_aside = not gc.get_freeze_count()  # else whoever runs us did, and looks for what is left of us
        theme.apply(application(), profile.theme, profile.scale, 1366)
        theme.speak(profile.language or settings.language)
        self._collector = garbage.Collector(self)
        self.devices = Devices(profile, self)
        self.runner = TaskRunner(self.failed, self)
        self.context = Context(
            settings=settings,
            clock=clock,
            folder=folder,
            station=station,
            database=database,
            runner=self.runner,
            words=Words(profile.language or settings.language),
            go=self._go,
            scan=self._scan,
            profile=profile,
            set_profile=self.set_profile,
            demo=simulated is not None,
            simulated=simulated,
            play=self.devices.play,
            time_zone=station.time_zone or "UTC",
        )
        self.workplace = Workplace(station, clock, self.context.recent, self.devices.play, self)
        self.window = Window(self.context, self.workplace, crash, log.path)
        self.context.strip, self.context.speak = self.window.work, self.window.speak
        self.context.know, self.context.scanner_state = self.workplace.know, self.window.bars.heard_by
        self.devices.scanned.connect(self.workplace.scan)
        self.devices.scanner_state.connect(self._scanner_state)
        Doubts(self.devices.filter, self.context, self.window.notice.show_, self)
        if simulated:
            self.window.set_dock(import_module("ui.simulator.dock").build(self.context))

    def start(self) -> None:
        """The window is there: what can wait until then begins."""
        self._log.started(
            bench=self.context.station.name,
            database="sqlite" if self.context.database.is_sqlite else "postgresql",
            theme=self.context.profile.theme,
            scale=self.context.profile.scale,
            width=self.window.width(),
            height=self.window.height(),
        )
        self.window.bars.start()
        if unreadable(self.context.folder):
            self.window.notice.show_(self.context.words("shell.profile_unreadable", file=PROFILE))
        self.window.stale.connect(self._prepare)
        QTimer.singleShot(0, self, self._prepare)

    @Slot()
    def _prepare(self) -> None:
        """One screen a turn, so that scans come in between; at the end nothing of it is searched for garbage again."""
        if self._ended:
            return
        if self.window.prepare():
            QTimer.singleShot(0, self, self._prepare)
        elif self._sets_aside:
            gc.collect()
            gc.freeze()

    def set_profile(self, profile: Profile) -> None:
        """Kept on disk and applied; a disk that takes nothing is said, and the change holds until the program ends."""
        before, self.context.profile = self.context.profile, profile
        self.devices.apply(profile)
        if (before.theme, before.scale) != (profile.theme, profile.scale):
            theme.apply(application(), profile.theme, profile.scale, self.window.room())
        try:
            write_profile(self.context.folder, profile)
        except OSError as error:
            self.window.notice.show_(self.context.words("shell.profile_not_kept", why=error.strerror or ""))

    def failed(self, error: BaseException) -> None:
        """What went wrong with nobody to tell: in words where there are any, else as the bug it is."""
        if not self.window.failed(error):
            self._crash.take(error)

    def _go(self, screen: str = "", subject: str = "") -> None:
        self.window.go(screen, subject)

    def _scan(self, code: str) -> None:
        self.workplace.scan(code)

    @Slot(object)
    def _scanner_state(self, state: str) -> None:
        self.window.bars.scanner_state = state
        self.window.bars.refresh()

    def end(self) -> None:
        """Devices, work and bench end in this order; then nothing can call into a window that is gone."""
        if self._ended:
            return
        self._ended = True
        self.devices.close()
        self.runner.shut_down()
        self.context.station.close()
        self.window.close()
        self._log.note("window ended", scans=self.context.recent.heard)
        shiboken6.delete(self.window)
        shiboken6.delete(self)
