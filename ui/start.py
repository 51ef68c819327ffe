"""The application itself: made once, before anything of the bench is loaded."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication

from ui.look import theme


def application() -> QApplication:
    """The one there is, or a new one, in the light theme until a bench's profile says otherwise."""
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    app = QApplication(sys.argv[:1])
    app.setApplicationName("packbench")
    app.setQuitOnLastWindowClosed(False)
    theme.apply(app, "light", 100, 1366)
    return app


def unhandled(error: BaseException) -> None:
    """What nobody asked for before there is a window to show it: to whoever watches over the whole program."""
    raise error
