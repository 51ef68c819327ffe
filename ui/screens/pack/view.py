"""The pack screen: widgets and their places, nothing else."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.context import Context
from ui.effects import Effect
from ui.look import theme
from ui.packing.shown import Fact, NextThing, Notice
from ui.screens.pack.presenter import PackShown, Presenter
from ui.widgets.act_button import ActButton
from ui.widgets.banner import Banner
from ui.widgets.code_cards import CodeCards, CodeShown
from ui.widgets.facts import FactRow, FactShown
from ui.widgets.job_header import JobHeader, JobShown
from ui.widgets.line_banner import LineBanner
from ui.widgets.line_banner import LineShown as LineGone
from ui.widgets.lines import LineList, LineShown
from ui.widgets.next_block import NextBlock, NextShown
from ui.widgets.scan_tiles import ScanTiles, TileShown
from ui.widgets.segments import Segments
from ui.widgets.slot import Slot
from ui.widgets.steps import CardShown, StepStrip, StripShown
from ui.widgets.tabs import TabShown

_TICK_MS = 2000
_ACTS = (
    ("F6", "PBSHORT", "screens_pack.acts.short", "short"),
    ("F7", "PBBROKEN", "screens_pack.acts.broken", "broken"),
    ("F8", "PBCLOSE", "screens_pack.acts.close", "label"),
    ("F2", "PBUNDO", "screens_pack.undo", "undo"),
)
_FACTS = 3
# Units of height under which a part is left out.
_NO_BANNER, _NO_FACTS, _NO_ACTS = 440, 440, 420


class PackView(QWidget):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = context.words
        self.presenter = Presenter(context, self)
        self._context, self._shown = context, PackShown()
        self.setProperty("role", "page")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.header, self.banner, self.line = JobHeader(self), Banner(self), LineBanner(self)
        self.next, self.strip, self.cards = NextBlock(self), StepStrip(self), CodeCards(self)
        self.short, self.broken, self.close_parcel, self.undo = (
            ActButton(key, code, words(said), icon, self, tall=True) for key, code, said, icon in _ACTS
        )
        self.segments, self.lines = Segments(self), LineList(self)
        self.facts = tuple(FactRow(self) for _ in range(_FACTS))
        self.tiles = ScanTiles(self)
        self._lay_out()
        self.cards.chosen.connect(context.scan)
        self.undo.asked.connect(context.scan)
        self.short.asked.connect(context.scan)
        self.broken.asked.connect(context.scan)
        self.close_parcel.asked.connect(context.scan)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)

    # What the presenter says ----------------------------------------------------------------------------------

    def show_(self, shown: PackShown) -> None:
        tabs = tuple(TabShown(tab.title, tab.done, tab.of, tab.state) for tab in shown.tabs)
        self.header.show_(JobShown(shown.job, tabs, shown.recipient, shown.service))
        self._notice(shown.notice)
        self.next.show_(next_shown(shown.next))
        self.segments.show_(shown.done, shown.of, shown.counted)
        self.lines.show_(
            tuple(LineShown(row.title, row.detail, row.picture, row.done, row.of, row.state) for row in shown.rows)
        )
        for act, (key, code, said, icon) in zip(
            (self.short, self.broken, self.close_parcel, self.undo), _ACTS, strict=True
        ):  # whoever signs in next may speak another language
            act.show_(key, code, self._context.words(said), icon)
        self._act(shown)
        self._facts(shown.waits or shown.facts, plain=bool(shown.waits))
        self._shown = shown
        self._fit()

    def show_scans(self, scans: tuple[Effect, ...]) -> None:
        self.tiles.show_(tuple(TileShown(s.title, s.detail, s.severity, s.icon, s.fresh) for s in scans))

    def _notice(self, notice: Notice | None) -> None:
        if notice is not None and notice.severity == "warn":
            self.line.show_(LineGone(notice.text, notice.detail, notice.figures))
        elif notice is not None:
            self.banner.show_(notice.text, notice.detail, notice.icon, notice.severity)

    def _act(self, shown: PackShown) -> None:
        """Below the next thing: what may be chosen, else the packing step, else the acts."""
        if shown.choices:
            self.cards.show_(tuple(CodeShown(c.title, c.detail, c.code, c.picture, c.best) for c in shown.choices))
            self._slot.show_(self.cards)
        elif shown.playbook:
            cards = tuple(CardShown(*card) for card in shown.playbook.cards)
            self.strip.show_(StripShown(shown.playbook.title, shown.playbook.detail, shown.playbook.icon, cards))
            self._slot.show_(self.strip)
        else:
            self._slot.show_(self._acts)

    def _facts(self, facts: tuple[Fact, ...], *, plain: bool) -> None:
        for i, row in enumerate(self.facts):
            there = i < len(facts)
            row.setVisible(there)
            if there:
                f = facts[i]
                row.show_(FactShown(f.title, f.detail, f.icon, f.picture, f.chip, f.severity, plain, ruled=i > 0))

    # Places ---------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._rows = QVBoxLayout(self)
        self._rows.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._work, self._left, self._right = QHBoxLayout(), QVBoxLayout(), QVBoxLayout()
        self._foot = QHBoxLayout()
        self._acts = QWidget(self)
        self._row = QHBoxLayout(self._acts)
        self._row.setContentsMargins(0, 0, 0, 0)
        for act in (self.short, self.broken, self.close_parcel):
            self._row.addWidget(act, 1)
        self._slot = Slot((self._acts, self.strip, self.cards), self)
        self._list, self._beside = _panel(self), _panel(self)
        inside = QVBoxLayout(self._list)
        self._told = QHBoxLayout()
        self._told.addWidget(self.segments)
        inside.addLayout(self._told)
        inside.addWidget(self.lines, 1)
        self._inside = inside
        below = QVBoxLayout(self._beside)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        for row in self.facts:
            below.addWidget(row)
        self._left.addWidget(self.next, 1)
        self._left.addWidget(self._slot)
        self._right.addWidget(self._list, 1)
        self._right.addWidget(self._beside)
        self._work.addLayout(self._left, 1)
        self._work.addLayout(self._right)
        self._foot.addWidget(self.tiles, 1)
        self._foot.addWidget(self.undo)
        for piece in (self.header, self.banner, self.line):
            self._rows.addWidget(piece)
        self._rows.addLayout(self._work, 1)
        self._rows.addLayout(self._foot)
        self.banner.hide()
        self.line.hide()
        for fixed in (self.header, self.banner, self.line, self.tiles, self._slot, self.segments, *self.facts):
            fixed.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.next.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.lines.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._measure()

    def _measure(self) -> None:
        """Margins and the side's width follow the look."""
        look = theme.look()
        page, gutter = look.page, look.gutter
        self._rows.setContentsMargins(page, page, page, page)
        for row in (self._rows, self._work, self._left, self._right, self._foot, self._row):
            row.setSpacing(gutter)
        self._inside.setContentsMargins(1, look.px(12), 1, 1)
        self._inside.setSpacing(look.px(8))
        self._told.setContentsMargins(look.px(16), 0, look.px(16), 0)
        for panel in (self._list, self._beside):
            panel.setFixedWidth(look.side)

    def minimumSizeHint(self) -> QSize:
        """Parts give way to little room; none of them holds the window open."""
        return QSize(0, 0)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_rows"):
            self._measure()
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where a large scale leaves little height, what explains gives way to what the hands need."""
        units = self.height() / theme.look().factor
        notice = self._shown.notice
        gone = notice is not None and notice.severity == "warn"
        self.banner.setVisible(notice is not None and not gone and units >= _NO_BANNER)
        self.line.setVisible(gone and units >= _NO_BANNER)
        self._beside.setVisible(units >= _NO_FACTS and bool(self._shown.facts or self._shown.waits))
        self._slot.setVisible(units >= _NO_ACTS or bool(self._shown.choices))

    # What hands do ----------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.setFocus()  # no act of this screen has the keyboard until somebody gives it to one
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _tick(self) -> None:
        self.presenter.tick()


def next_shown(thing: NextThing) -> NextShown:
    return NextShown(
        thing.verb, thing.icon, thing.title, thing.subtitle, thing.code, thing.picture, thing.done, thing.of,
        thing.counted, thing.pips, thing.more, warn=thing.warn,
    )  # fmt: skip


def _panel(parent: QWidget) -> QFrame:
    panel = QFrame(parent)
    panel.setProperty("role", "panel")
    return panel


def build(context: Context) -> PackView:
    """The screen, for the window to show."""
    return PackView(context)
