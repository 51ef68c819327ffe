"""The rail beside desk screens: where else one can go, each with its key. Bench screens have none."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from ui.context import Words
from ui.look import theme
from ui.navigation import Place

WIDTH = 88
_BACK = "bench"


class Rail(QWidget):
    """`chosen(str)`: the name of a screen; empty: back to the bench."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: list[_Button] = []
        self._rows = QVBoxLayout(self)
        self.setAutoFillBackground(False)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def show_(self, places: tuple[Place, ...], current: str, words: Words) -> None:
        """One button a place, the settings at the foot, the way back to the bench on top."""
        look = theme.look()
        self.setFixedWidth(look.px(WIDTH))
        while self._rows.count():
            self._rows.takeAt(0)
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons = [_Button(_BACK, "back", words("shell.place.bench"), "Esc", False, self)]
        for one in places:
            title = words(one.title_key)
            self._buttons.append(_Button(one.name, one.icon, title, one.key, one.name == current, self))
        self._rows.setContentsMargins(look.px(4), look.px(10), look.px(4), look.px(10))
        self._rows.setSpacing(look.px(4))
        for button in self._buttons:
            if button.name == "settings":
                self._rows.addStretch(1)
            button.clicked.connect(self._clicked)
            self._rows.addWidget(button)
            button.show()
        if not places or places[-1].name != "settings":
            self._rows.addStretch(1)

    @Slot()
    def _clicked(self) -> None:
        button = self.sender()
        if isinstance(button, _Button):
            self.chosen.emit("" if button.name == _BACK else button.name)

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme.look()
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.color("surface"))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), look.color("line"))
        painter.end()


class _Button(QAbstractButton):
    """Icon over word over key."""

    def __init__(self, name: str, icon: str, title: str, key: str, current: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.name, self._icon, self._key, self._current, self._ring = name, icon, key, current, False
        self.setText(title)
        self.setAccessibleName(title)
        self.setToolTip(f"{title} ({key})" if key else title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        look = theme.look()
        return QSize(look.px(72), look.px(63 if look.density == "compact" else 72))

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme.look()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = "next-text" if self._current else "ink-2"
        radius = look.radius("control")
        if self._current or self.underMouse():
            painter.setPen(QPen(look.color("next-text"), 2) if self._current and look.contrast else Qt.PenStyle.NoPen)
            painter.setBrush(look.color("next-tint" if self._current else "surface-2"))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), radius, radius)
        size = look.px(24)
        compact = look.density == "compact"
        top = look.px(3 if compact else 8)
        below = top + look.px(23 if compact else 25)
        painter.drawPixmap((self.width() - size) // 2, top, look.icon(self._icon, colour, size))
        font = look.font("meta", weight=600)
        painter.setFont(font)
        painter.setPen(look.color(colour))
        line = look.line("meta")
        flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
        text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(QRect(0, below, self.width(), line), flags, text)
        painter.setFont(look.font("meta"))
        painter.setPen(look.color("next-text" if self._current else "ink-3"))
        painter.drawText(QRect(0, below + line, self.width(), line), flags, self._key)
        if self._ring:
            painter.setPen(QPen(look.color("focus"), look.px(3)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -2), radius, radius)
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() not in (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        super().focusOutEvent(event)
