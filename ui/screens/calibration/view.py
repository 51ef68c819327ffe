"""The code to scan on top, what it taught below it. While it is in front, scans teach and nothing is scanned."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.context import Context
from ui.look import theme
from ui.scanner import filter as scanner
from ui.screens.calibration.paper import code_sheet
from ui.screens.calibration.presenter import CalibrationShown, Presenter
from ui.screens.calibration.rows import Rows
from ui.widgets.act_button import ActButton
from ui.widgets.barcode import Barcode
from ui.widgets.next_block import NextBlock, NextShown

_KEEP, _PRINT, _AGAIN = "K", "P", "R"


def build(context: Context) -> CalibrationView:
    return CalibrationView(context)


class CalibrationView(QWidget):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.presenter = Presenter(context, self)
        self._code, self._code_words = "", ""
        self._block, self.barcode, self.rows = NextBlock(self), Barcode(parent=self), Rows(self)
        self._keep = ActButton(_KEEP, "", "", "check", self, desk=True)
        self._print = ActButton(_PRINT, "", "", "printer", self, desk=True)
        self._again = ActButton(_AGAIN, "", "", "redo", self, desk=True)
        self._rows = QVBoxLayout(self)
        self._rows.addWidget(self._block)
        self._rows.addWidget(self.barcode, 0, Qt.AlignmentFlag.AlignHCenter)
        self._rows.addWidget(self.rows, 1)
        self._acts = QHBoxLayout()
        self._acts.addWidget(self._print)
        self._acts.addWidget(self._again)
        self._acts.addStretch(1)
        self._acts.addWidget(self._keep)
        self._rows.addLayout(self._acts)
        for button, key, act in (
            (self._keep, _KEEP, self.presenter.keep),
            (self._print, _PRINT, self.presenter.print_),
            (self._again, _AGAIN, self.presenter.again),
        ):
            button.asked.connect(act)
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        self._listener = _Listener(self)
        self._place()

    def show_(self, shown: CalibrationShown) -> None:
        self._code, self._code_words = shown.code, shown.code_words
        low = shown.warn and theme.look().density == "compact"  # no room for the title and the strip
        detail = "" if shown.warn else shown.detail
        self._block.show_(
            NextShown(shown.verb, "scanner", "" if low else shown.title, subtitle=detail, warn=shown.warn)
        )
        self.barcode.show_(shown.code, shown.code_words)
        self.rows.show_(shown.rows)
        self._keep.show_(_KEEP, "", shown.keep, "check")
        self._keep.setEnabled(shown.can_keep)
        self._print.show_(_PRINT, "", shown.print_, "printer")
        self._again.show_(_AGAIN, "", shown.again, "redo")

    def listen(self, on: bool) -> None:
        self._listener.listen(on)
        if on:
            # A dead key in a text field waits for a letter: the lesson must not be given there.
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def paper(self, title: str, how: str) -> bytes:
        return code_sheet(self._code, self._code_words, title, how)

    def _place(self) -> None:
        look = theme.look()
        self._rows.setContentsMargins(look.page, look.page, look.page, look.page)
        self._rows.setSpacing(look.gutter)
        self._acts.setSpacing(look.px(8))
        compact = look.density == "compact"
        self._block.setFixedHeight(min(look.px(200), round(self.height() * (0.24 if compact else 0.3))) or 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._place()


class _Listener(QObject):
    """Has bursts taught instead of scanned, for as long as the screen is in front."""

    def __init__(self, view: CalibrationView) -> None:
        super().__init__(view)
        self._view = view
        self._on = False

    def listen(self, on: bool) -> None:
        found = scanner.here()
        if found is None or on == self._on:
            return
        self._on = on
        found.teach(on)
        if on:
            found.taught.connect(self._taught)
        else:
            found.taught.disconnect(self._taught)

    @Slot(object)
    def _taught(self, keys: object) -> None:
        assert isinstance(keys, tuple)
        self._view.presenter.taught(keys)
