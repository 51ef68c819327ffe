"""How the window speaks to a screen: by its presenter, of which it knows only what that has an ear for."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def tell(view: QWidget, name: str, *values: object) -> None:
    """Tells a screen's presenter, when it has an ear for that."""
    method = getattr(getattr(view, "presenter", None), name, None)
    if method is not None:
        method(*values)
