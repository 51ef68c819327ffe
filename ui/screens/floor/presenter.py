"""The floor: benches as they last said they stand, the worst first, and taking their work over. No Qt."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from app.base.errors import DatabaseAway, PackbenchError
from app.desk.views.floor import board
from app.desk.views.floor.board import Bench, Floor
from app.floor.takeover import takeover
from ui.context import Context
from ui.desk.acts import Acts, in_words
from ui.screens.floor import said
from ui.screens.floor.shown import ActsShown, FloorShown

_OF_ORDERS = ("pick", "pack")  # whose job is a shipment
# Of so many ticks one asks for everything anew, the others only whether a bench said something.
_TICKS = 12


class View(Protocol):
    def show_(self, shown: FloorShown) -> None: ...

    def to_reason(self) -> None: ...

    def to_floor(self) -> None: ...

    def say(self, text: str, severity: str) -> None: ...


class Presenter:
    def __init__(self, context: Context, view: View) -> None:
        self._context, self._view = context, view
        self._acts = Acts(context, self)
        self._floor: Floor | None = None
        self._chosen = ""  # by a person; else the worst is meant
        self._taking = self._reason = ""
        self._ticks = 0
        self._lacks = self._here = self._asking = self._again = self._doing = self._missed = False

    # The window's questions -----------------------------------------------------------------------------------

    def entered(self, subject: str = "") -> None:
        """`subject`: a station to begin with."""
        self._here = True
        self._chosen = subject
        self._view.say("", "")
        self._show()
        self._ask()

    def left(self) -> None:
        """Nobody's name stays behind on a screen that is not looked at."""
        self._here, self._floor, self._chosen = False, None, ""
        self._put_back()

    def changed(self) -> None:
        self._ask()

    def tick(self) -> None:
        """Twice a second and more. A bench that falls silent says nothing about it: time alone tells."""
        self._ticks = (self._ticks + 1) % _TICKS
        if not self._ticks:
            self._ask()
        elif self._here and self._floor is not None and not self._asking and not self._missed:
            self._asking = True
            self._context.runner.run(partial(self._look, self._floor), self._came, self._failed, owner=self)

    def line(self) -> None:
        """The shared database went or is back: taking over with it; what was written stays."""
        self._show()

    def escaped(self) -> bool:
        """Puts back what was asked; False when nothing was."""
        if not self._taking:
            return False
        self._put_back()
        self._show()
        self._view.to_floor()
        return True

    # What a person does ---------------------------------------------------------------------------------------

    def choose(self, station: str) -> None:
        self._chosen = station
        if self._taking and self._taking != station:
            self._put_back()
        self._show()

    def take_over(self) -> None:
        """Asks first."""
        one = self._meant()
        if one is None or not self._takeable(one):
            return
        self._taking, self._chosen = one.station, one.station
        self._show()
        self._view.to_reason()

    def to_case(self) -> None:
        one = self._meant()
        if one is not None and one.help is not None:
            self._context.go("cases", one.help.case)

    def to_order(self) -> None:
        one = self._meant()
        if one is not None and one.job and one.workflow in _OF_ORDERS:
            self._context.go("order", one.job.rpartition("-")[0])

    def edited(self, _name: str, text: str) -> None:
        self._reason = text
        if self._lacks and text.strip():
            self._lacks = False
            self._show()

    def commit(self) -> None:
        """Takes over what was asked about. A bench that is heard has people who can be asked: that wants a reason."""
        one = self._bench(self._taking)
        if one is None or self._doing or not self._takeable(one):
            return
        heard = one.sync != "silent"
        if heard and not self._reason.strip():
            self._lacks = True
            self._show()
            self._view.to_reason()
            return
        self._doing = True
        station, reason = one.station, self._reason.strip()
        self._acts.do(
            lambda tx, who, now: takeover(tx, station=station, operator=who, force=heard, reason=reason, now=now),
            partial(self._done, one),
            self._refused,
        )

    def _done(self, one: Bench) -> None:
        self._doing = False
        self._put_back()
        words = self._context.words
        name = words("shell.bench", name=one.station)
        self._show()
        self._view.say(words("floor.taken_over", bench=name, held=self._held(one)), "ok")
        self._view.to_floor()
        self._ask()

    def _refused(self, error: PackbenchError) -> None:
        self._doing = False
        self._view.say(in_words(error, self._context), "warn")
        self._ask()

    def _put_back(self) -> None:
        self._taking, self._reason, self._lacks = "", "", False

    # Reading --------------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        """News that come while the floor is on its way may not be in it: then once more."""
        self._again = self._asking
        if self._here and not self._asking:
            self._asking = True
            self._context.runner.run(self._read, self._came, self._failed, owner=self)

    def _read(self) -> Floor:
        context = self._context
        with context.database.reading() as read:
            now = board.now(read, context.clock)
            return board.floor(read, board.house_of(read, context.station.name), now=now)

    def _look(self, before: Floor) -> Floor:
        with self._context.database.reading() as read:
            return board.looked_at(read, before, now=board.now(read, self._context.clock))

    def _came(self, floor: Floor) -> None:
        self._asking = self._missed = False
        if not self._here:
            return
        if floor is self._floor:
            if self._again:
                self._ask()
            return
        self._floor = floor
        if self._taking and not self._doing and ((one := self._bench(self._taking)) is None or not one.claims):
            self._put_back()
            self._view.say(self._context.words("floor.holds_nothing"), "warn")
        self._show()
        if self._again:
            self._ask()

    def _failed(self, error: BaseException) -> None:
        """What is shown stays; that the database is away, the window says."""
        self._asking, self._missed = False, True
        if isinstance(error, DatabaseAway):
            return
        if not isinstance(error, PackbenchError):
            raise error
        self._view.say(in_words(error, self._context), "warn")

    # Showing --------------------------------------------------------------------------------------------------

    def _bench(self, station: str) -> Bench | None:
        return next((one for one in self._floor.benches if one.station == station), None) if self._floor else None

    def _meant(self) -> Bench | None:
        """The bench that acts are about: the one a person chose, else the worst."""
        chosen = self._bench(self._chosen)
        if chosen is None and self._floor is not None:
            return next(iter(self._floor.needs), None)
        return chosen

    def _held(self, one: Bench) -> str:
        return self._context.words("floor.shipment" if one.shipments == 1 else "floor.shipments", n=one.shipments)

    def _takeable(self, one: Bench) -> bool:
        return bool(one.claims) and one.station != self._context.station.name and self._acts.may("floor.takeover")

    def _show(self) -> None:
        floor, context, words = self._floor, self._context, self._context.words
        if not self._here:
            return
        if floor is None:
            self._view.show_(FloorShown())
            return
        meant, needs = self._meant(), floor.needs
        urgent = sum(one.need == "silent" for one in needs)
        self._view.show_(
            FloorShown(
                tiles=said.tiles(floor, context),
                cards=tuple(said.card(one, floor.now, context) for one in floor.benches),
                rest=words("floor.rest", n=floor.rest) if floor.rest else "",
                needs=tuple(said.need(one, floor.now, context) for one in needs),
                urgent=words("floor.urgent", n=urgent) if urgent else "",
                quiet="" if needs else words("floor.quiet"),
                chosen=meant.station if meant else "",
                acts=self._acts_of(meant),
            )
        )

    def _acts_of(self, one: Bench | None) -> ActsShown:
        words = self._context.words
        if one is None:
            return ActsShown()
        taking = ""
        if self._taking == one.station:
            key = "take_silent" if one.sync == "silent" else "take_heard"
            taking = words(f"floor.{key}", bench=words("shell.bench", name=one.station), held=self._held(one))
        return ActsShown(
            take_over=self._takeable(one),
            case=one.help is not None,
            order=bool(one.job) and one.workflow in _OF_ORDERS,
            taking=taking,
            reason=self._reason,
            problem=words("screens_desk.problem.required") if self._lacks else "",
        )
