"""The sign-in screen: one block that says what to do, and beside it what is ready, what waits, and the language."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QSize, QTimer, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.base.wording import languages
from ui.context import Context
from ui.look import Look, theme
from ui.readiness import Device
from ui.screens.sign_in.badge import BadgeBlock
from ui.screens.sign_in.presenter import Presenter, SignInShown
from ui.widgets.chips import HEIGHT, chip_marks, chip_width
from ui.widgets.choice_cards import ChoiceCards, ChoiceShown
from ui.widgets.fitting import broken, shrunk
from ui.widgets.marks import RIGHT, Box, Icon, Line, Mark, Type, Words, width
from ui.widgets.painted import Painted

_LOOK_MS = 1_000
_SHAPES = {"ok": "ok-circle", "warn": "warn-triangle", "stop": "stop-octagon", "none": "minus"}


def build(context: Context) -> SignInView:
    return SignInView(context)


class SignInView(QWidget):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.presenter = Presenter(context, self)
        self._block = BadgeBlock(context.words, self)
        self._ready, self._kept, self._language = _Ready(self), _Kept(self), _Language(self)
        self._side = QWidget(self)
        rows = QVBoxLayout(self._side)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._ready)
        rows.addWidget(self._kept, 1)
        rows.addWidget(self._language)
        columns = QHBoxLayout(self)
        columns.addWidget(self._block, 1)
        columns.addWidget(self._side)
        self._language.cards.chosen.connect(self.presenter.choose)
        self._block.pad.typed.connect(self.presenter.typed)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._place()

    def show_(self, shown: SignInShown) -> None:
        self._block.show_(shown)
        self._ready.show_(shown)
        self._kept.show_(shown)
        self._language.show_(shown)

    def ask_pin(self) -> None:
        self._block.pad.begin()

    @Slot()
    def _look(self) -> None:
        self.presenter.look()

    def _place(self) -> None:
        look, columns, rows = theme.look(), self.layout(), self._side.layout()
        if columns is None or rows is None:
            return
        columns.setContentsMargins(look.page, look.page, look.page, look.page)
        columns.setSpacing(look.gutter)
        rows.setSpacing(look.gutter)
        self._side.setFixedWidth(look.side)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._place()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()


class _Panel(Painted):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _ground(self, look: Look) -> Box:
        return Box((0, 0, self.width(), self.height()), "surface", "line", 1, look.radius("panel"))


class _Ready(_Panel):
    """One line a device: shape, what it is, how it stands."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._title, self._chip, self._well = "", "", True
        self._devices: tuple[Device, ...] = ()

    def show_(self, shown: SignInShown) -> None:
        value = (shown.ready_title, shown.ready, shown.well)
        if (value, shown.devices) != ((self._title, self._chip, self._well), self._devices):
            (self._title, self._chip, self._well), self._devices = value, shown.devices
            self.updateGeometry()
            self.refresh()

    def said(self) -> str:
        return ", ".join((self._title, self._chip, *(device.text for device in self._devices)))

    def sizeHint(self) -> QSize:
        look = theme.look()
        return QSize(look.side, look.px(16 + 40 + 8) + 4 * self._row(look))

    @staticmethod
    def _row(look: Look) -> int:
        return look.px(44 if look.density == "compact" else 56)

    def marks(self, look: Look) -> list[Mark]:
        return list(self._all(look))

    def _all(self, look: Look) -> Iterator[Mark]:
        px, pad, wide = look.px, look.px(16), self.width()
        yield self._ground(look)
        right = wide - pad
        if self._chip:
            severity = "ok" if self._well else "warn"
            chip = chip_width(self._chip, _SHAPES[severity], look)
            right -= chip
            yield from chip_marks(right, pad + px(6), self._chip, severity, look)
        title = shrunk(self._title, Type("title"), right - pad - px(8), px(15), look)
        yield Words((pad, pad, right - pad - px(4), px(HEIGHT + 12)), self._title, title)
        y, row = pad + px(44), self._row(look)
        for device in self._devices:
            yield Line((pad, y, wide - 2 * pad, 1), "line", 1)
            size = px(26)
            ink = {"ok": "ok", "none": "ink-3"}.get(device.severity, f"{device.severity}-text")
            yield Icon((pad, y + (row - size) // 2, size, size), _SHAPES[device.severity], ink)
            left = pad + size + px(14)
            name = shrunk(device.word, Type("strong"), wide - pad - left, px(14), look)
            taken = round(width(device.word, name, look)) + px(2)
            yield Words((left, y, taken, row), device.word, name)
            room = wide - pad - left - taken - px(10)
            if room > px(30):
                value = shrunk(device.value, Type("body", tabular=True), room, px(13), look)
                yield Words((left + taken + px(10), y, room, row), device.value, value, "ink-2", RIGHT)
            y += row


class _Kept(_Panel):
    """Whose unfinished job waits here, or that none does. Takes the height that is left."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown, self._waits = ("", ""), False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_(self, shown: SignInShown) -> None:
        value = (shown.kept if shown.kept[0] else shown.none_kept, bool(shown.kept[0]))
        if value != (self._shown, self._waits):
            self._shown, self._waits = value
            self.refresh()

    def said(self) -> str:
        return ", ".join(self._shown)

    def sizeHint(self) -> QSize:
        look = theme.look()
        return QSize(look.side, look.px(64 if look.density == "compact" else 80))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def marks(self, look: Look) -> list[Mark]:
        px, high = look.px, self.height()
        left, size = px(30), px(28)
        room = self.width() - left - size - px(32)
        first, second = look.line("strong"), look.line("body")
        title = shrunk(self._shown[0], Type("strong"), room, px(14), look)
        detail = Type("body", tabular=True)
        lines = broken(self._shown[1], 2 if high >= first + 2 * second + px(16) else 1, room, detail, look)
        top = (high - first - second * len(lines)) // 2
        x = left + size + px(16)
        marks: list[Mark] = [self._ground(look)]
        if self._waits:
            marks.append(Box((1, px(10), px(6), high - px(20)), "done"))
        marks.append(Icon((left, (high - size) // 2, size, size), "pause", "done-text" if self._waits else "ink-3"))
        marks.append(Words((x, top, room, first), self._shown[0], title, "ink" if self._waits else "ink-2"))
        for n, line in enumerate(lines):
            small = shrunk(line, detail, room, px(13), look)
            marks.append(Words((x, top + first + n * second, room, second), line, small, "ink-2"))
        return marks


class _Language(_Panel):
    """The languages there are, each in its own words."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._title = ("", "")
        self._codes: list[str] = []
        self.cards = ChoiceCards(2, self)
        self._shortcuts = [QShortcut(QKeySequence(str(n)), self) for n in range(1, 1 + len(languages()))]
        for shortcut in self._shortcuts:
            shortcut.activated.connect(self._pressed)

    @Slot()
    def _pressed(self) -> None:
        sender = self.sender()
        if isinstance(sender, QShortcut):
            n = int(sender.key().toString())
            self.cards.chosen.emit(self._codes[n - 1])

    def show_(self, shown: SignInShown) -> None:
        self._title = (shown.language_title, shown.language_how)
        states = {True: "current", False: "open"}
        self._codes = [one.code for one in shown.languages]
        for shortcut in self._shortcuts:  # digits are the PIN's then
            shortcut.setEnabled(not shown.pin)
        self.cards.show_(
            tuple(
                ChoiceShown(one.code, one.name, key="" if shown.pin else str(n), state=states[one.current])
                for n, one in enumerate(shown.languages, 1)
            )
        )
        self.refresh()

    def said(self) -> str:
        return ", ".join(self._title)

    def sizeHint(self) -> QSize:
        look = theme.look()
        return QSize(look.side, look.px(16 + 24 + 12 + 64 + 16))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        px = theme.look().px
        self.cards.setGeometry(px(16), px(52), self.width() - px(32), self.height() - px(68))

    def marks(self, look: Look) -> list[Mark]:
        pad, line = look.px(16), look.line("strong")
        title, how = self._title
        wide = round(width(title, Type("strong"), look)) + 2
        room = self.width() - 2 * pad - wide - look.px(8)
        small = shrunk(how, Type("meta"), room, look.px(13), look)
        return [
            self._ground(look),
            Words((pad, pad, wide, line), title, Type("strong")),
            Words((self.width() - pad - room, pad, room, line), how, small, "ink-3", RIGHT),
        ]
