"""The dock, in words: what to scan next, what lies on the truck, what still stands in the house. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

from app.base.errors import DatabaseAway
from app.desk.views import work_list
from app.desk.views.work_list import AtDock, ParcelRow
from app.floor.messages import text as said
from app.floor.picture.dispatch import DispatchPicture, of_dispatch
from app.floor.workflows import dispatch
from app.station.answer import Answer
from app.station.printing.addressing import country_name
from ui.context import Context, Words
from ui.effects import Effect, effects
from ui.readiness import local, zone_of

_WAITING = 40  # of those that wait so many are read; the count is of all


@dataclass(frozen=True, slots=True)
class NextThing:
    """`done` of `of` parcels are loaded; `of` 0 while nobody knows how many there are."""

    verb: str
    icon: str = "truck"
    title: str = ""
    detail: str = ""
    done: int = 0
    of: int = 0
    counted: str = ""
    warn: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """`state`: current (the newest), done, open, stop (it must come off)."""

    parcel: str
    detail: str
    state: str = "open"


@dataclass(frozen=True, slots=True)
class DispatchShown:
    """`loaded` newest first, `waiting` first to leave first; with `unload`, what must come off again.

    `away`: the shared database does not answer, and nothing can be loaded or handed over.
    """

    carrier: str = ""
    chips: tuple[tuple[str, str], ...] = ()
    counted: str = ""
    done: int = 0
    of: int = 0
    next: NextThing = field(default_factory=lambda: NextThing(""))
    loaded_title: str = ""
    loaded: tuple[Parcel, ...] = ()
    waiting_title: str = ""
    waiting: tuple[Parcel, ...] = ()
    unload: tuple[Parcel, ...] = ()
    loading: bool = False
    away: bool = False


class View(Protocol):
    def show_(self, shown: DispatchShown) -> None: ...

    def show_scans(self, scans: tuple[Effect, ...]) -> None: ...


class Presenter:
    """What lies in the handover is the workflow's own; only the words beside it are read from the shared database."""

    def __init__(self, context: Context, view: View) -> None:
        self._context, self._view = context, view
        self._answer: Answer | None = None
        self._picture = DispatchPicture("carrier")
        self._read: AtDock | None = None
        self._of = ("", "")  # carrier and handover that was read for
        self._asking = self._again = self._away = False

    def entered(self, subject: str = "") -> None:
        """Back from elsewhere: as it stood."""
        if self._answer is not None:
            self.answered(self._answer)

    def left(self) -> None:
        """What waits is asked for anew when somebody comes back."""
        self._read, self._of = None, ("", "")

    def heard(self, code: str) -> None:
        self._scans(fresh=False)

    def answered(self, answer: Answer) -> None:
        self._answer = answer
        if isinstance(answer.at, dispatch.State):
            self._picture = of_dispatch(answer.at)
            self._ask()
            self._show()
        self._scans(fresh=True)

    def tick(self) -> None:
        """Now and then, while the screen is seen: other benches label and load too."""
        self._ask()

    def _scans(self, *, fresh: bool) -> None:
        context = self._context
        self._view.show_scans(effects(context.recent, context.words, zone_of(context.time_zone), fresh=fresh))

    def _show(self) -> None:
        assert self._answer is not None
        picture, read = self._picture, self._read
        standing = read.waiting if read else ()
        rows = {**{one.parcel: one for one in standing}, **(read.loaded if read else {})}
        # The answer about a parcel is here before the shared list is read again.
        still = [one for one in standing if one.parcel not in picture.loaded]
        count = read.count - len(standing) + len(still) if read else None
        made = shown(picture, self._context.words, read.carrier if read else "", count)
        self._view.show_(
            replace(
                made,
                loaded=tuple(
                    self._parcel(rows.get(id_), id_, "current" if id_ in picture.mine[:1] else "done")
                    for id_ in picture.loaded
                ),
                waiting=tuple(self._parcel(one, one.parcel, "open") for one in still),
                next=replace(made.next, warn=self._warning(self._answer)),
                chips=(("warn", self._context.words("screens_dock.waits")),) if self._away else made.chips,
                away=self._away,
            )
        )

    def _parcel(self, row: ParcelRow | None, id_: str, state: str) -> Parcel:
        """With the last four of its number, its weight, its country and when it should leave."""
        if row is None:
            return Parcel(id_, "", state)
        words = self._context.words
        told = (
            f"…{row.tracking[-4:]}" if row.tracking else "",
            words("screens_dock.grams", g=f"{row.weight_g:,}".replace(",", "\u202f")) if row.weight_g else "",
            country_name(row.country, words.language),
            local(row.leaves_at, zone_of(self._context.time_zone)),
        )
        return Parcel(id_, " · ".join(part for part in told if part), state)

    def _warning(self, answer: Answer) -> str:
        """What did not count, until the next scan that does. A question is no warning: it is the next thing."""
        if answer.message == "close_again":
            return ""
        refused = answer.outcome == "warn" or (answer.outcome == "stop" and answer.state != "stopped")
        return answer.text if refused else ""

    # Off the UI thread ----------------------------------------------------------------------------------------

    def _ask(self) -> None:
        picture = self._picture
        if not picture.carrier:
            return
        if self._asking:
            self._again = True
            return
        self._asking, self._again = True, False
        work = partial(self._now, picture.carrier, picture.handover)
        self._context.runner.run(work, partial(self._came, picture.carrier), self._failed, owner=self._view)

    def _now(self, carrier: str, handover: str) -> AtDock:
        with self._context.database.reading() as read:
            return work_list.at_dock(read, self._context.station.name, carrier, handover, limit=_WAITING)

    def _came(self, carrier: str, read: AtDock) -> None:
        was, self._asking, self._away = self._away, False, False
        if carrier == self._picture.carrier and (was or read != self._read):
            self._read = read
            self._show()
        if self._again:
            self._ask()

    def _failed(self, error: BaseException) -> None:
        """With the shared database away nothing can be loaded, and each scan says so; what is shown stays."""
        self._asking = False
        if not isinstance(error, DatabaseAway):
            raise error
        if not self._away and self._answer is not None:
            self._away = True
            self._show()


def shown(picture: DispatchPicture, words: Words, carrier: str = "", waiting: int | None = None) -> DispatchShown:
    """The screen without its lists; `waiting` parcels of the carrier still stand in the house, None: nobody knows."""
    name = carrier or picture.carrier
    count = picture.count
    of = count + waiting if waiting is not None else 0
    chips = [("done" if count else "none", words("screens_dock.loaded", n=count))] if picture.carrier else []
    if waiting is not None and picture.carrier:
        key = "waiting" if waiting else "none_waits"
        chips.append(("none", words(f"screens_dock.{key}", n=waiting)))
    values = {"carrier": name, "n": count}
    act = picture.act
    parcels = words("screens_dock.parcel_one" if count == 1 else "screens_dock.parcels", n=count)
    title = words(f"screens_dock.next.{act}.title", parcels=parcels, **values)
    detail = words.if_any(f"screens_dock.next.{act}.detail", parcels=parcels, **values)
    if act == "parcel" and waiting == 0 and count:
        title, detail = words("screens_dock.next.all.title", **values), words("screens_dock.next.all.detail", **values)
    icon = {"take_off": "take-out", "close": "help", "unload": "warn-triangle", "asked": "clock"}.get(act, "truck")
    counting = act in ("parcel", "take_off", "asked", "stopped")
    return DispatchShown(
        carrier=name or words("screens_dock.title"),
        chips=tuple(chips),
        done=count,
        of=of,
        counted=words("screens_dock.counted", done=count, of=of) if of else "",
        next=NextThing(
            words(f"screens_dock.next.{act}.verb", **values), icon, title, detail,
            count if counting and of else 0, of if counting else 0, words("screens_dock.on_board") if of else "",
        ),
        loaded_title=words("screens_dock.loaded_title"),
        waiting_title=words("screens_dock.waiting_title", carrier=name) if name else words("screens_dock.waiting_none"),
        unload=tuple(Parcel(parcel, said(why, words.language), "stop") for parcel, why in picture.unload),
        loading=bool(picture.handover),
    )  # fmt: skip
