"""The window: bars above and below, one screen between them, the dock at its side, a stop over it all."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QSettings, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.base.errors import DatabaseAway, PackbenchError
from app.base.wording import known
from app.station.answer import Answer
from ui import navigation
from ui.context import Context
from ui.desk.news import News
from ui.look import theme
from ui.navigation import Place
from ui.shell import keys
from ui.shell.bars import Bars
from ui.shell.crash import Crash, CrashPanel, Trouble
from ui.shell.foot import LongWork, Notice, TypedCode
from ui.shell.line import DeskLine
from ui.shell.rail import Rail
from ui.shell.statusbar import StatusBar
from ui.shell.tell import tell
from ui.shell.topbar import TopBar
from ui.workplace import Workplace, stands

SMALLEST, USUAL = (1024, 600), (1366, 768)
GEOMETRY = "window.ini"
# A screen narrower than this shows too little beside the simulator, which then waits for its key.
_LEAST_BESIDE = 900
# These come before they are wanted, so that no scan waits for a screen to be built.
_SOON = ("work_list", "pick", "pack", "label", "stop", "dispatch", "help")


class Window(QWidget):
    """Shows the screen that the last answer asks for; a desk screen or the help only until the next scan.

    `closing()` when the person closes it: whoever opened the bench closes it then. `stale()`: screens that were
    prepared are gone, and want to be prepared again.
    """

    closing = Signal()
    stale = Signal()
    painted = Signal()

    def __init__(self, context: Context, workplace: Workplace, crash: Crash, log: Path) -> None:
        super().__init__(None)
        self._context, self._workplace = context, workplace
        self._views: dict[str, QWidget] = {}
        self._language = context.words.language
        self._stop: QWidget | None = None
        self._was_painted = self._watched = False
        self.place: Place | None = None
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumSize(*SMALLEST)
        self.top, self.foot = TopBar(self), StatusBar(self)
        self.rail, self.stack = Rail(self), QStackedWidget(self)
        self.dock: QWidget | None = None
        self.work, self.notice = LongWork(context.words, self), Notice(context.words, self)
        self.typed = TypedCode(context.words, self)
        self.bars = Bars(context, workplace, self.top, self.foot)
        self.panel = CrashPanel(context.words, log, self)
        self.line = DeskLine(context, self)
        self._middle, column = QHBoxLayout(), QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.line)
        column.addWidget(self.stack, 1)
        self._middle.setSpacing(0)
        self._middle.addWidget(self.rail)
        self._middle.addLayout(column, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.top)
        rows.addLayout(self._middle, 1)
        for line in (self.notice, self.typed, self.work, self.foot):
            rows.addWidget(line)
        self.rail.hide()
        self.keys = keys.Keys(self, self)
        self.rail.chosen.connect(self.go)
        self.foot.pressed.connect(self.go)
        self.typed.typed.connect(workplace.scan)
        workplace.heard.connect(self._heard)
        workplace.answered.connect(self._answered)
        workplace.people.connect(self._people)
        crash.came.connect(self._crashed)
        self.panel.wants_close.connect(self.close)
        self._people()
        self.news = News(context, self)
        self.news.came.connect(self._changed)
        self.news.line.connect(self._line_changed)
        context.away = self.news.is_away
        self.bars.troubled.connect(self._troubled)
        self.go()

    # Screens --------------------------------------------------------------------------------------------------

    @Slot(object)
    def go(self, name: str = "", subject: str = "") -> None:
        """Shows a screen; without a name the bench's own. One that is not there, or not allowed, changes nothing."""
        found = navigation.place(name or self._workplace.screen())
        if found is None:
            return
        if not navigation.allowed(found, self._workplace.operator):
            self.notice.show_(self._context.words("shell.not_allowed", place=self._context.words(found.title_key)))
            return
        view = self.view(found)
        if self.place is not None and self.place != found:
            tell(self._views[self.place.name], "left")
        self.place = found
        self.news.follow(found.topics)
        self.stack.setCurrentWidget(view)
        focus = self.focusWidget()
        if focus is not None:
            focus.clearFocus()  # a screen says itself where one writes; a ring is for whoever uses Tab
        tell(view, "entered", subject)
        answer = self._workplace.answer
        if found.kind == "bench" and answer is not None and not subject:
            tell(view, "answered", answer)
        self.setWindowTitle(self._context.words("shell.title", screen=self._context.words(found.title_key)))
        self._show_rail()
        self.bars.at(found)
        self._show_line()

    @Slot()
    def _changed(self) -> None:
        if self.place is not None:
            tell(self._views[self.place.name], "changed")

    @Slot()
    def _line_changed(self) -> None:
        self._show_line()
        for view in list(self._views.values()):
            tell(view, "line")

    def _show_line(self) -> None:
        """Over desk screens; a bench screen has its own words for it."""
        on_desk = self.place is not None and self.place.kind == "desk" and bool(self.place.topics)
        self.line.show_(self.news.away and on_desk, self.news.heard_at)

    @Slot(object)
    def _troubled(self, kind: str) -> None:
        """Why nothing can be sent, and what to do: in whole words once, in the status bar as long as it lasts."""
        key = f"station.why.{kind}"
        self.notice.show_(self._context.words(key if known(key) else "station.why.broken"))

    def view(self, place: Place) -> QWidget:
        """The screen's view, made when it is first wanted."""
        if place.name not in self._views:
            view = self._views[place.name] = place.build(self._context)
            if place.name == "stop":
                view.setParent(self)
                view.hide()
            else:
                self.stack.addWidget(view)
        return self._views[place.name]

    def prepare(self) -> bool:
        """Builds one more screen that will be wanted; False when all are there."""
        for name in _SOON:
            found = navigation.place(name)
            if found is not None and name not in self._views:
                self.view(found)
                return True
        return False

    def _show_rail(self) -> None:
        on_desk = self.place is not None and self.place.kind == "desk"
        self.rail.setVisible(on_desk)
        if on_desk and self.place is not None:
            places = navigation.rail(self._workplace.operator)
            self.rail.show_(places, self.place.name, self._context.words)

    def set_dock(self, dock: QWidget) -> None:
        """The simulator, at the right side."""
        self.dock = dock
        self._middle.addWidget(dock)
        theme.fit(self.room())

    def _show_dock(self, shown: bool) -> None:
        if self.dock is not None:
            self.dock.setVisible(shown)
        theme.fit(self.room())
        self._place_over()

    def room(self) -> int:
        """How wide the part is that screens have: the look goes by it, as the dock takes its own."""
        docked = self.dock is not None and not self.dock.isHidden()
        return self.width() - (self.dock.sizeHint().width() if self.dock is not None and docked else 0)

    # Scans ----------------------------------------------------------------------------------------------------

    @Slot(object)
    def _heard(self, code: str) -> None:
        if self.place is not None and self.place.kind == "bench":
            tell(self._views[self.place.name], "heard", code)

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        if self.notice.isVisible():
            self.notice.hide()
        if answer.message.startswith(("help_", "idle_help")) and navigation.place("help"):
            self.go("help")
        else:
            wanted = self._workplace.screen()
            if self.place is None or self.place.name != wanted:
                self.go(wanted)
            elif self.place is not None:
                tell(self._views[self.place.name], "answered", answer)
        self._show_stop(answer)
        if self.dock is not None:
            tell(self.dock, "answered", answer)

    def _show_stop(self, answer: Answer) -> None:
        found = navigation.place("stop")
        standing = stands(answer)
        if found is not None and (standing or self._stop is not None):
            view = self.view(found)
            self._stop = view if standing else None
            if standing:
                tell(view, "answered", answer)
                self._place_over()
                view.raise_()
            view.setVisible(standing)
        self.bars.stopped(standing)

    def _place_over(self) -> None:
        if self._stop is not None:
            top, foot = self.top.height(), self.foot.height()
            # The simulator stays: whoever tries the demo without a scanner needs it now.
            docked = self.dock.width() if self.dock is not None and self.dock.isVisible() else 0
            self._stop.setGeometry(0, top, self.width() - docked, max(0, self.height() - top - foot))

    @Slot()
    def _people(self) -> None:
        """Words follow whoever is signed in; screens already built in another language are built anew."""
        operator, context = self._workplace.operator, self._context
        self.speak(operator.language if operator else context.profile.language or context.settings.language)
        if self.place is not None and not navigation.allowed(self.place, operator):
            self.go()

    def speak(self, language: str) -> None:
        self._context.words.language = language
        theme.speak(language)
        if language == self._language:
            return
        self._language = language
        for name, view in list(self._views.items()):
            if self.place is not None and name == self.place.name:
                tell(view, "left")
            self.stack.removeWidget(view)
            view.hide()
            view.deleteLater()
        self._views.clear()
        self._stop = None
        here, self.place = self.place, None
        if here is not None:
            self.go(here.name)
        self.stale.emit()

    # Keys -----------------------------------------------------------------------------------------------------

    def pressed(self, key: str) -> None:
        """A key of `ui.shell.keys`, wherever the focus is."""
        on_bench = self.place is not None and self.place.kind == "bench"
        if key == keys.SEEN and self.panel.isVisible() and self._stop is None:
            self.panel.go_on()
        elif key == keys.RETURN:
            self._escape()
        elif key == keys.TYPE and on_bench and not self._workplace.awaits_pin:  # that line shows what is typed
            self.typed.open_()
        elif key == keys.DESK:
            self._to_desk()
        elif key == keys.DOCK and self.dock is not None:
            self._show_dock(not self.dock.isVisible())
            theme.fit(self.room())
        elif key == keys.SIGN_OUT and self._workplace.operator is not None:
            self._workplace.sign_out()
        elif key == keys.QUIT:
            self.close()
        elif key == keys.HELP:
            self.go("" if self.place is not None and self.place.name == "help" else "help")
        elif key == keys.PICK and self.place is not None and on_bench and self._stop is None:
            tell(self._views[self.place.name], "pick")
        elif (on_bench or self._stop is not None) and self._workplace.command(key):
            return
        else:
            self._to_place(key)

    def _to_place(self, key: str) -> None:
        wanted = next((one for one in navigation.SCREENS if one.kind == "desk" and one.key == key), None)
        if wanted is not None and self._stop is None:
            self.go(wanted.name)

    def _to_desk(self) -> None:
        """The first desk screen this person may see; from a desk screen back to the bench."""
        places = navigation.rail(self._workplace.operator)
        if self.place is not None and self.place.kind == "desk":
            self.go()
        elif places and self._stop is None:
            self.go(places[0].name)

    def _escape(self) -> None:
        """Puts away what is nearest: a code being typed, a notice, long work, a desk screen."""
        for line in (self.typed, self.notice):
            if line.isVisible():
                line.hide()
                return
        if self.work.running:
            self.work.cancel()
        elif self.place is not None and self.place.name != self._workplace.screen():
            presenter = getattr(self._views[self.place.name], "presenter", None)
            if not getattr(presenter, "escaped", _nothing)():
                self.go()

    def stirred(self) -> None:
        self._context.station.stir()

    def bench_has(self, widget: QWidget) -> bool:
        """Whether it is part of a bench screen in front, or of the window's own frame."""
        on_bench = self.place is not None and self.place.kind == "bench"
        inside = widget is self or self.stack.isAncestorOf(widget) or self.rail.isAncestorOf(widget)
        over = self._stop is not None and (widget is self._stop or self._stop.isAncestorOf(widget))
        return (on_bench and inside) or over

    # Trouble --------------------------------------------------------------------------------------------------

    def failed(self, error: BaseException) -> bool:
        """Says in words what an error means that is no bug; False for one that is."""
        if isinstance(error, DatabaseAway) and self.place is not None and self.place.topics:
            self.news.look()  # the line above the screen says so as long as it lasts
            return True
        kind = error.kind if isinstance(error, PackbenchError) else ""
        if not kind or not known(f"error.{kind}"):
            return False
        values = error.values if isinstance(error, PackbenchError) else {}
        self.notice.show_(self._context.words(f"error.{kind}", **values))
        return True

    @Slot(object)
    def _crashed(self, trouble: Trouble) -> None:
        self.panel.show_(trouble)

    # What Qt tells --------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        handle = self.windowHandle()
        if not self._watched:
            self._watched = True
            self.keys.watch(handle)
            if self.dock is not None:
                self._show_dock(self.room() >= _LEAST_BESIDE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrower = event.size().width() < event.oldSize().width()
        if narrower and self.room() < _LEAST_BESIDE and self.dock is not None and self.dock.isVisible():
            self._show_dock(False)
        theme.fit(self.room())
        super().resizeEvent(event)
        self._place_over()
        if self.panel.isVisible():
            self.panel.place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self.place is not None:
            self._show_rail()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            self.painted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.work.cancel()
        self.news.close()
        kept = QSettings(str(self._context.folder / GEOMETRY), QSettings.Format.IniFormat)
        kept.setValue("geometry", self.saveGeometry())
        kept.sync()
        event.accept()
        self.closing.emit()

    def place_as_before(self) -> None:
        """Where it stood when it was last closed; the first time, as large as the screen of the bench."""
        kept = QSettings(str(self._context.folder / GEOMETRY), QSettings.Format.IniFormat).value("geometry")
        if kept is None or not self.restoreGeometry(kept):
            self.resize(*USUAL)
            self.showMaximized()
            return
        self.show()


def _nothing() -> bool:
    return False
