"""Which screens there are, who may see them, and by which key one gets there. A new screen is one line here."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Literal

from app.site.roles import Operator, may

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.context import Context


@dataclass(frozen=True, slots=True)
class Place:
    """A screen. `key` leads to it from any desk screen; `act` is what a role must allow, empty: everybody may.

    `topics` of the change feed: what it shows is read again when one of them has news.

    A bench screen has the whole width and is chosen by what was scanned; a desk screen stands beside the rail, and
    those without an icon are reached from other screens only.
    """

    name: str
    title_key: str
    icon: str
    kind: Literal["bench", "desk"]
    key: str = ""
    act: str = ""
    topics: frozenset[str] = frozenset()

    def build(self, context: Context) -> QWidget:
        """Its view, with the attribute `presenter`. Loads the screen when it is first wanted."""
        view: QWidget = import_module(f"ui.screens.{self.name}.view").build(context)
        return view


_ORDER = frozenset({"order", "shipment", "parcel", "case"})
_WORK = frozenset({"shipment", "claim", "parcel"})
_FLOOR = _WORK | {"presence", "station", "case"}
_CASES, _PRINTS, _RUNS = frozenset({"case", "order"}), frozenset({"parcel"}), frozenset({"order"})

SCREENS: tuple[Place, ...] = (
    Place("sign_in", "shell.place.sign_in", "badge", "bench"),
    Place("work_list", "shell.place.work_list", "work", "bench", topics=_WORK),
    Place("pick", "shell.place.pick", "pick", "bench"),
    Place("pack", "shell.place.pack", "pack", "bench"),
    Place("label", "shell.place.label", "label", "bench"),
    Place("dispatch", "shell.place.dispatch", "dispatch", "bench"),
    Place("stop", "shell.place.stop", "stop-octagon", "bench"),
    Place("help", "shell.place.help", "help", "bench", "F1"),
    Place("orders", "shell.place.orders", "orders", "desk", "Ctrl+1", "list", _ORDER),
    Place("order", "shell.place.order", "", "desk", "", "list", _ORDER),
    Place("cases", "shell.place.cases", "flag", "desk", "Ctrl+2", "list", _CASES),
    Place("print_queue", "shell.place.print_queue", "print-queue", "desk", "Ctrl+3", "floor.reprint", _PRINTS),
    Place("long_work", "shell.place.long_work", "clock", "desk", "Ctrl+4", "order.import", _RUNS),
    Place("floor", "shell.place.floor", "floor", "desk", "Ctrl+5", "floor.takeover", _FLOOR),
    Place("calibration", "shell.place.calibration", "", "desk"),
    Place("settings", "shell.place.settings", "settings", "desk", "Ctrl+9"),
)


def place(name: str) -> Place | None:
    """The screen of that name, if there is one."""
    return next((one for one in SCREENS if one.name == name), None)


def allowed(one: Place, operator: Operator | None) -> bool:
    """Whether whoever is signed in may see it; with nobody signed in, only what asks for no right."""
    return not one.act or (operator is not None and may(operator, one.act))


def rail(operator: Operator | None) -> tuple[Place, ...]:
    """The desk screens for the rail, in its order."""
    return tuple(one for one in SCREENS if one.kind == "desk" and one.icon and allowed(one, operator))
