"""What every window test stands on: a real bench on the demo shop, a themed application, and nothing left behind."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from app.base.clock import SystemClock
from app.db import Database, open_database
from app.settings import Settings
from app.station.answer import Answer
from app.station.profile import Profile
from app.station.station import Station
from tests.demo_shop import Shop, demo, demo_template
from ui import garbage
from ui.context import Context, Words
from ui.look import theme
from ui.tasks import TaskRunner
from ui.workplace import Workplace

__all__ = ["demo", "demo_template"]

# Nobody waits a second between two scans here, and no question for three.
SETTINGS = Settings(confirm_after_s=0.0, question_timeout_s=30.0, number_block=20)
STATION, PICKER, CHIEF = "S1", "PBPICKER", "PBCHIEF"


@pytest.fixture(autouse=True)
def nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """After each test: no window, no thread, no timer of it is alive. A modal dialog fails it at once."""
    monkeypatch.setattr(QDialog, "exec", _no_exec)
    threads = set(threading.enumerate())
    gc.freeze()  # what was there before is not searched again after each test
    with garbage.on_this_thread():
        yield
        _forget_the_dead()
    if QApplication.instance() is None:
        return
    assert [type(one).__name__ for one in QApplication.topLevelWidgets()] == []
    begun = [thread for thread in threading.enumerate() if thread not in threads]
    for thread in begun:
        thread.join(60)  # one that was told to end may not have had its turn yet
    assert [thread.name for thread in begun if thread.is_alive()] == []
    assert _ticking() == []


def _no_exec(self: QDialog) -> NoReturn:
    raise AssertionError(f"{type(self).__name__}.exec() blocks; open() does not")


def _forget_the_dead() -> None:
    gc.collect()
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()


def _ticking() -> list[str]:
    """Timers that go on. `QTimer.singleShot` makes one of its own without a parent, which ends by itself."""
    timers = [one for one in gc.get_objects() if type(one) is QTimer and shiboken6.isValid(one) and one.isActive()]
    left = [one for one in timers if one.parent() is not None or not one.isSingleShot()]
    return [f"timer of {type(one.parent()).__name__}" for one in left]


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """The application as the program sets it up: style, fonts, light theme."""
    theme.apply(qapp, "light", 100, 1366)
    return qapp


@pytest.fixture
def shared(demo: Shop) -> Iterator[Database]:
    """The demo shop's shared database, this test's own."""
    with closing(open_database(demo.url)) as database:
        yield database


@pytest.fixture
def station(shared: Database, tmp_path: Path) -> Iterator[Station]:
    """The bench S1 of the demo shop; its labels go to a printer in memory."""
    folder = tmp_path / "bench"
    opened = Station.open(folder, shared, STATION, settings=SETTINGS, printer="memory://ui", papers="memory://ui")
    with closing(opened):
        yield opened


class Went:
    """Remembers where a screen asked to go: (screen, subject)."""

    def __init__(self) -> None:
        self.places: list[tuple[str, str]] = []

    def __call__(self, screen: str = "", subject: str = "") -> None:
        self.places.append((screen, subject))


class Failures:
    """What went wrong with nobody to tell."""

    def __init__(self) -> None:
        self.errors: list[BaseException] = []

    def __call__(self, error: BaseException) -> None:
        self.errors.append(error)


@pytest.fixture
def failures() -> Failures:
    return Failures()


@pytest.fixture
def runner(qapp: QApplication, failures: Failures) -> Iterator[TaskRunner]:
    made = TaskRunner(failures)
    yield made
    made.shut_down()
    made.deleteLater()


@pytest.fixture
def context(
    qapp: QApplication, shared: Database, station: Station, runner: TaskRunner, tmp_path: Path
) -> Iterator[Context]:
    """As the window gives it to screens. `go` remembers, `scan` scans, nobody is signed in yet (`sign_in`)."""
    made = Context(
        settings=SETTINGS,
        clock=SystemClock(),
        folder=tmp_path / "bench",
        station=station,
        database=shared,
        runner=runner,
        words=Words("en"),
        go=Went(),
        scan=_unset,
        profile=Profile(),
        set_profile=_unset,
    )

    def set_profile(profile: Profile) -> None:
        made.profile = profile

    workplace = Workplace(station, made.clock, made.recent, made.play)
    made.scan, made.set_profile, made.know = workplace.scan, set_profile, workplace.know
    made_for[id(made)] = workplace
    yield made
    del made_for[id(made)]
    station.close()  # no answer may cross to a workplace that is gone
    shiboken6.delete(workplace)


made_for: dict[int, Workplace] = {}


def _unset(*_: object) -> NoReturn:
    raise AssertionError("not there yet")


@pytest.fixture
def workplace(context: Context) -> Workplace:
    """Where scans of `context` go in and answers come out."""
    return made_for[id(context)]


@pytest.fixture
def scan(workplace: Workplace, qtbot: QtBot) -> Callable[[str], Answer]:
    """Scans as a scanner would and waits until the answer was shown."""

    def scanned(code: str) -> Answer:
        with qtbot.waitSignal(workplace.answered) as shown:
            workplace.scan(code)
        answer: Answer = shown.args[0]
        return answer

    return scanned


@pytest.fixture
def sign_in(scan: Callable[[str], Answer]) -> Callable[[str], Answer]:
    """Somebody puts a badge under the scanner."""

    def signed_in(badge: str = PICKER) -> Answer:
        answer = scan(badge)
        assert answer.message == "signed_in", answer
        return answer

    return signed_in


@pytest.fixture
def shown(context: Context, workplace: Workplace, qtbot: QtBot) -> Callable[..., QWidget]:
    """Builds the screen of that name in a given size, shows it, and lets it hear scans and answers."""
    from ui.navigation import place

    def show(name: str, subject: str = "", size: tuple[int, int] = (1366, 668)) -> QWidget:
        found = place(name)
        assert found is not None, name
        view = found.build(context)
        qtbot.addWidget(view)
        view.resize(*size)
        view.show()
        presenter = view.presenter  # type: ignore[attr-defined]
        presenter.entered(subject)
        for signal, ear in ((workplace.heard, "heard"), (workplace.answered, "answered")):
            if hasattr(presenter, ear):
                signal.connect(_Ear(view, getattr(presenter, ear)).tell)
        return view

    return show


class _Ear(QWidget):
    """A presenter is plain Python: its ear lives and dies with its view."""

    def __init__(self, view: QWidget, tell: Callable[[object], object]) -> None:
        super().__init__(view)
        self._tell = tell

    def tell(self, value: object) -> None:
        self._tell(value)
