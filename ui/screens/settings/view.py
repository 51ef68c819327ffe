"""Settings: two columns of panels. What is chosen holds at once; addresses are kept with one act."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer, Slot
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from ui.context import Context
from ui.look import theme
from ui.screens.settings.presenter import ADDRESSES, SOUNDS, Choice, Presenter, SettingsShown
from ui.widgets.act_button import ActButton
from ui.widgets.choice_cards import ChoiceCards, ChoiceShown

_KEEP, _CALIBRATE, _MOTION = "Ctrl+Return", "C", "M"
_SOUND_KEYS = {"ok": "Q", "done": "W", "warn": "E", "stop": "R"}
_SETTLED_MS = 250  # a slider being dragged is not written to disk at each step


def build(context: Context) -> SettingsView:
    return SettingsView(context)


class SettingsView(QWidget):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = context.words
        self.presenter = Presenter(context, self)
        self._acts: dict[str, Callable[[], object]] = {}
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget(self._area)
        inner.setProperty("role", "scrolled")
        self._area.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._area)
        self._columns = QHBoxLayout(inner)
        self._left, self._right = QVBoxLayout(), QVBoxLayout()
        self._columns.addLayout(self._left, 1)
        self._columns.addLayout(self._right, 1)
        self._themes, self._scales, self._languages = (
            ChoiceCards(3, inner),
            ChoiceCards(3, inner),
            ChoiceCards(2, inner),
        )
        self._fill(inner)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(_SETTLED_MS)
        self._settled.timeout.connect(self._loudness)
        self._place()

    def _fill(self, inner: QWidget) -> None:
        words = self._words
        for title, cards, chosen in (
            ("theme", self._themes, self.presenter.theme),
            ("scale", self._scales, self.presenter.scale),
            ("language", self._languages, self.presenter.language),
        ):
            rows = self._panel(inner, self._left, words(f"shell.settings.{title}_title"))
            cards.chosen.connect(chosen)
            rows.addWidget(cards)
        self._motion = QCheckBox(words("shell.settings.motion", letter=_MOTION), inner)
        self._motion.setAccessibleName(self._motion.text())
        self._motion.toggled.connect(self.presenter.reduced_motion)
        self._key(_MOTION, self._motion.toggle)
        self._left.addWidget(self._motion)
        self._left.addStretch(1)
        rows = self._panel(inner, self._right, words("shell.settings.volume_title"))
        self._volume = QSlider(Qt.Orientation.Horizontal, inner)
        self._volume.setRange(0, 100)
        self._volume.setPageStep(10)
        self._volume.setMinimumHeight(theme.look().px(40))
        self._volume.setAccessibleName(words("shell.settings.volume_title"))
        self._volume.valueChanged.connect(self._turned)
        self._loud = QLabel(inner)
        self._loud.setProperty("type", "strong")
        line = QHBoxLayout()
        line.addWidget(self._volume, 1)
        line.addWidget(self._loud)
        rows.addLayout(line)
        sounds = QGridLayout()
        for n, name in enumerate(SOUNDS):
            button = _Sound(name, _SOUND_KEYS[name], words(f"shell.settings.sound.{name}"), inner)
            button.asked.connect(button.tell)
            button.wanted = self.presenter.sound
            self._key(_SOUND_KEYS[name], button.tell)
            sounds.addWidget(button, n // 2, n % 2)
        rows.addLayout(sounds)
        self._devices(inner)

    def _devices(self, inner: QWidget) -> None:
        words = self._words
        rows = self._panel(inner, self._right, words("shell.settings.devices_title"))
        self._fields: dict[str, QLineEdit] = {}
        self._notes: dict[str, QLabel] = {}
        for name in ADDRESSES:
            label, field, note = QLabel(inner), QLineEdit(inner), QLabel(inner)
            label.setText(words(f"shell.settings.{name}"))
            label.setProperty("type", "meta")
            label.setBuddy(field)
            field.setPlaceholderText(words(f"shell.settings.{name}_example"))
            field.setAccessibleName(label.text())
            note.setProperty("severity", "stop")
            note.setWordWrap(True)
            note.hide()
            field.returnPressed.connect(self._keep)
            self._fields[name], self._notes[name] = field, note
            for one in (label, field, note):
                rows.addWidget(one)
        acts = QHBoxLayout()
        acts.setSpacing(theme.look().px(8))
        keep = ActButton("Ctrl+Enter", "", words("shell.settings.keep"), "", inner, desk=True, main=True)
        keep.asked.connect(self._keep)
        self._key(_KEEP, self._keep)
        self._key("Ctrl+Enter", self._keep)
        calibrate = ActButton(_CALIBRATE, "", words("shell.settings.calibrate"), "scanner", inner, desk=True)
        calibrate.asked.connect(self.presenter.calibrate)
        self._key(_CALIBRATE, self.presenter.calibrate)
        self._left.insertWidget(self._left.count() - 1, calibrate)
        acts.addWidget(keep)
        acts.addStretch(1)
        rows.addLayout(acts)
        self._said = QLabel(inner)
        self._said.setProperty("severity", "done")
        self._said.setWordWrap(True)
        self._said.hide()
        rows.addWidget(self._said)
        self._right.addStretch(1)

    def _panel(self, inner: QWidget, column: QVBoxLayout, title: str) -> QVBoxLayout:
        panel = QFrame(inner)
        panel.setProperty("role", "panel")
        rows = QVBoxLayout(panel)
        look = theme.look()
        rows.setContentsMargins(look.px(16), look.px(12), look.px(16), look.px(14))
        rows.setSpacing(look.px(6))
        label = QLabel(title, panel)
        label.setProperty("type", "strong")
        rows.addWidget(label)
        column.addWidget(panel)
        return rows

    def _key(self, key: str, act: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.activated.connect(act)

    def show_(self, shown: SettingsShown) -> None:
        for cards, choices in (
            (self._themes, shown.themes),
            (self._scales, shown.scales),
            (self._languages, shown.languages),
        ):
            cards.show_(tuple(_card(choice) for choice in choices))
            self._keys_of(cards, choices)
        with QSignalBlocker(self._volume), QSignalBlocker(self._motion):
            self._volume.setValue(shown.volume)
            self._motion.setChecked(shown.reduced_motion)
        self._loud.setText(self._words("shell.settings.percent", n=shown.volume))
        for name, field in self._fields.items():
            if field.text() != shown.addresses[name]:
                field.setText(shown.addresses[name])
            self._notes[name].setText(shown.wrong.get(name, ""))
            self._notes[name].setVisible(name in shown.wrong)
        self._said.setText(shown.said)
        self._said.setVisible(bool(shown.said))

    def _keys_of(self, cards: ChoiceCards, choices: tuple[Choice, ...]) -> None:
        """Each card's key, made with the first cards that are shown."""
        for choice in choices:
            if choice.key not in self._acts:
                key = _CardKey(choice, cards, self)
                self._acts[choice.key] = key.press
                self._key(choice.key, key.press)

    @Slot(int)
    def _turned(self, percent: int) -> None:
        self._loud.setText(self._words("shell.settings.percent", n=percent))
        self._settled.start()

    @Slot()
    def _loudness(self) -> None:
        self.presenter.volume(self._volume.value())

    @Slot()
    def _keep(self) -> None:
        self.presenter.addresses({name: field.text() for name, field in self._fields.items()})

    def _place(self) -> None:
        look = theme.look()
        self._columns.setContentsMargins(look.page, look.page, look.page, look.page)
        for layout in (self._columns, self._left, self._right):
            layout.setSpacing(look.gutter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._place()


class _Sound(ActButton):
    """Plays its sound."""

    def __init__(self, name: str, key: str, words: str, parent: QWidget) -> None:
        super().__init__(key, "", words, "sound", parent, desk=True)
        self._name = name
        self.wanted: Callable[[str], object] | None = None

    @Slot()
    def tell(self) -> None:
        if self.wanted is not None:
            self.wanted(self._name)


class _CardKey(QObject):
    """A card pressed by its key."""

    def __init__(self, choice: Choice, cards: ChoiceCards, parent: QObject) -> None:
        super().__init__(parent)
        self._name, self._cards = choice.name, cards

    @Slot()
    def press(self) -> None:
        self._cards.chosen.emit(self._name)


def _card(choice: Choice) -> ChoiceShown:
    return ChoiceShown(choice.name, choice.title, key=choice.key, state="current" if choice.current else "open")
