"""The window: bars above and below, one screen between them, the dock at its side, a stop over it all."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.station.answer import Answer
from ui import navigation
from ui.context import Context
from ui.navigation import Place
from ui.workplace import Workplace, stands

SMALLEST = (1024, 600)


class Window(QWidget):
    """Shows the screen that the last answer asks for; a desk screen or the help only until the next scan."""

    closing = Signal()

    def __init__(self, context: Context, workplace: Workplace) -> None:
        super().__init__(None)
        self._context, self._workplace = context, workplace
        self._views: dict[str, QWidget] = {}
        self.place: Place | None = None
        self.setObjectName("window")
        self.setMinimumSize(*SMALLEST)
        self.stack = QStackedWidget(self)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self._middle = QHBoxLayout()
        self._middle.setSpacing(0)
        self._middle.addWidget(self.stack, 1)
        self._rows.addLayout(self._middle, 1)
        workplace.heard.connect(self._heard)
        workplace.answered.connect(self._answered)
        self.go(workplace.screen())

    # Screens --------------------------------------------------------------------------------------------------

    def go(self, name: str = "", subject: str = "") -> None:
        """Shows a screen; without a name the bench's own. One that is not there, or not allowed, changes nothing."""
        found = navigation.place(name or self._workplace.screen())
        if found is None or not navigation.allowed(found, self._workplace.operator):
            return
        view = self.view(found)
        if self.place is not None and self.place != found:
            _call(self._views[self.place.name], "left")
        self.place = found
        self.stack.setCurrentWidget(view)
        _call(view, "entered", subject)
        self._shown(found)

    def view(self, place: Place) -> QWidget:
        """The screen's view, made when it is first wanted."""
        if place.name not in self._views:
            view = self._views[place.name] = place.build(self._context)
            view.setParent(self.stack)
            self.stack.addWidget(view)
        return self._views[place.name]

    def _shown(self, place: Place) -> None:
        self.setWindowTitle(f"{self._context.words('shell.program')} · {self._context.words(place.title_key)}")

    @Slot(object)
    def _heard(self, code: str) -> None:
        if self.place is not None and self.place.kind == "bench":
            _call(self._views[self.place.name], "heard", code)

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        wanted = self._workplace.screen()
        if self.place is None or self.place.name != wanted:
            self.go(wanted)
        if self.place is not None:
            _call(self._views[self.place.name], "answered", answer)
        self._stop(answer)

    def _stop(self, answer: Answer) -> None:
        found = navigation.place("stop")
        if found is not None and stands(answer):
            _call(self.view(found), "answered", answer)


def _call(view: QWidget, name: str, *values: object) -> None:
    """Tells a screen's presenter, when it has an ear for that."""
    method: Callable[..., object] | None = getattr(getattr(view, "presenter", None), name, None)
    if method is not None:
        method(*values)
