"""Lines that stand above the status bar when there is something to say: long work, a notice, a code being typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QProgressBar, QPushButton, QWidget

from ui.context import Words
from ui.look import theme

# Less often than this nobody can read it, more often it takes time from scans.
_SHOWN_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class _Progress:
    words: str
    done: int
    total: int
    cancel: Callable[[], None] | None


class _Line(QFrame):
    """A panel of one line, hidden while it has nothing to say."""

    def __init__(self, words: Words, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.words = words
        self.setProperty("role", "panel")
        self.row = QHBoxLayout(self)
        look = theme.look()
        self.row.setContentsMargins(look.page, look.px(6), look.page, look.px(6))
        self.row.setSpacing(look.px(12))
        self.hide()

    def label(self, type_: str, stretch: int = 0) -> QLabel:
        label = QLabel(self)
        label.setProperty("type", type_)
        label.setTextFormat(Qt.TextFormat.PlainText)
        self.row.addWidget(label, stretch)
        return label

    def button(self, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(self)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(act)
        self.row.addWidget(button)
        return button


class LongWork(_Line):
    """Implements `ui.context.Strip`: words, a bar, what is done, the time that is left; Esc cancels."""

    _told = Signal(object)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self._what, self._bar = self.label("strong"), QProgressBar(self)
        self._bar.setTextVisible(False)
        self.row.addWidget(self._bar, 1)
        self._far = self.label("body")
        self._stop = self.button(self.cancel)
        self._began, self._last = 0.0, 0.0
        self._cancel: Callable[[], None] | None = None
        self._told.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def show_(self, words: str, done: int, total: int, cancel: Callable[[], None] | None = None) -> None:
        now = monotonic()
        if done < total and words and now - self._last < _SHOWN_EVERY_S and done:
            return
        self._last = now
        self._told.emit(_Progress(words, done, total, cancel))

    def hide_(self) -> None:
        self._told.emit(None)

    @property
    def running(self) -> bool:
        return not self.isHidden()

    @Slot(object)
    def _show(self, progress: _Progress | None) -> None:
        if progress is None:
            self._cancel = None
            self.hide()
            return
        if self.isHidden():
            self._began = monotonic()
            self.show()
        self._cancel = progress.cancel
        self._stop.setVisible(progress.cancel is not None)
        self._stop.setEnabled(True)
        self._stop.setText(self.words("shell.work.cancel"))
        self._what.setText(progress.words)
        self._bar.setRange(0, progress.total)
        self._bar.setValue(progress.done)
        self._far.setText(self._left(progress))
        self.setAccessibleName(f"{progress.words} {self._far.text()}")

    def _left(self, progress: _Progress) -> str:
        spent = monotonic() - self._began
        if not progress.total:
            return self.words("shell.work.done", done=progress.done) if progress.done else ""
        if not progress.done or spent < 1:
            return self.words("shell.work.of", done=progress.done, total=progress.total)
        left = round(spent * (progress.total - progress.done) / progress.done)
        return self.words("shell.work.left", done=progress.done, total=progress.total, left=_duration(left, self.words))

    @Slot()
    def cancel(self) -> None:
        if self._cancel is not None:
            self._stop.setEnabled(False)
            self._what.setText(self.words("shell.work.cancelling"))
            self._cancel()


class Notice(_Line):
    """What went wrong outside a scan, in words, until Esc or the next scan."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self._text = self.label("strong", 1)
        self._text.setWordWrap(True)
        self._away = self.button(self.hide)

    def show_(self, text: str, severity: str = "warn") -> None:
        self.setProperty("severity", severity)
        self._text.setProperty("severity", severity)
        for one in (self, self._text):
            one.style().unpolish(one)
            one.style().polish(one)
        self._text.setText(text)
        self._away.setText(self.words("shell.notice.away"))
        self.setAccessibleName(text)
        self.show()


class TypedCode(_Line):
    """F4: a code is typed instead of scanned. `typed(str)` on Enter; Esc gives up."""

    typed = Signal(object)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self._what, self.field = self.label("strong"), QLineEdit(self)
        self.field.setMaxLength(200)
        self.row.addWidget(self.field, 1)
        self._how = self.label("meta")
        self.field.returnPressed.connect(self._entered)

    def open_(self) -> None:
        self._what.setText(self.words("shell.type.what"))
        self._how.setText(self.words("shell.type.how"))
        self.field.setAccessibleName(self.words("shell.type.what"))
        self.field.clear()
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        """The keyboard goes back to nobody: Qt would give it to the next act on the screen."""
        super().hideEvent(event)
        focus = self.window().focusWidget()
        if focus is not None:
            focus.clearFocus()

    @Slot()
    def _entered(self) -> None:
        code = self.field.text().strip()
        self.field.clearFocus()
        self.hide()
        if code:
            self.typed.emit(code)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)


def _duration(seconds: int, words: Words) -> str:
    if seconds < 60:
        return words("shell.time.seconds", n=seconds)
    return words("shell.time.minutes", n=round(seconds / 60))
