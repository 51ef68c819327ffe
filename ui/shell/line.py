"""The line over a desk screen while the shared database does not answer: of when the screen is, and what waits."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.context import Context
from ui.look import theme
from ui.readiness import local, zone_of
from ui.widgets.line_banner import LineBanner, LineShown


class DeskLine(QWidget):
    """Hidden while all is well."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.banner = LineBanner(self)
        self._rows = QVBoxLayout(self)
        self._rows.addWidget(self.banner)
        self._fit()
        self.hide()

    def show_(self, away: bool, heard_at: datetime | None) -> None:
        """`heard_at`: when the database last answered; None: not since the window was opened."""
        words = self._context.words
        if away:
            at = local(heard_at, zone_of(self._context.time_zone)) if heard_at else ""
            self.banner.show_(
                LineShown(
                    words("shell.line.away"),
                    words("shell.line.act"),
                    ((words("shell.line.as_of"), at),) if at else (),
                )
            )
        self.setVisible(away)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_rows"):
            self._fit()

    def _fit(self) -> None:
        look = theme.look()
        self._rows.setContentsMargins(look.page, look.page, look.page, 0)
