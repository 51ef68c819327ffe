"""Imports, planning and large prints: begun here, followed here and in the strip, cancelled with Esc. No Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from app.base.errors import DatabaseAway, PackbenchError
from app.channels.intake import CHANNELS
from app.desk.views.lists import orders
from app.settings import Settings
from ui.context import Context
from ui.desk.acts import Acts, in_words
from ui.desk.sheet_rows import SheetRow
from ui.desk.shown import ActShown
from ui.screens.long_work.shown import LongShown

KEYS = {"files": "F", "map": "M", "import": "I", "plan": "P", "jobs": "B"}
_RIGHTS = {
    "files": "order.import",
    "map": "order.import",
    "import": "order.import",
    "plan": "order.plan",
    "jobs": "list",
}
_COUNTS = ("read", "added", "updated", "unchanged", "held", "products_made", "planned", "shipments", "cancelled")
_MOST_REFUSED = 200


class View(Protocol):
    def here(self) -> None:
        """Keys are this screen's from now on."""

    def show_(self, shown: LongShown) -> None: ...

    def choose_files(self, *, many: bool, title: str, kinds: str) -> None: ...

    def say(self, text: str, severity: str) -> None: ...


class Result(Protocol):
    """What a piece of work came to."""

    @property
    def what(self) -> str: ...

    @property
    def code(self) -> int: ...

    @property
    def answer(self) -> Mapping[str, Any]: ...

    @property
    def cancelled(self) -> bool: ...

    @property
    def done(self) -> int: ...


class Worker(Protocol):
    """Does one command of this program elsewhere."""

    what: str
    done: int
    total: int

    @property
    def last(self) -> Result | None: ...

    def start(self, what: str, words: Sequence[str], settings: Settings, voucher: str = "") -> None: ...

    def cancel(self) -> None: ...


class Presenter:
    def __init__(self, context: Context, view: View, worker: Worker) -> None:
        self._context, self._view, self._worker = context, view, worker
        self._acts = Acts(context, self)
        self._shops: tuple[tuple[str, str, str], ...] = ()  # code, name, channel
        self._shop = self._channel = ""
        self._files: tuple[Path, ...] = ()
        self._map: Path | None = None
        self._choosing = ""
        self._new = 0
        self._here = False

    # The window's questions -----------------------------------------------------------------------------------

    def entered(self, subject: str = "") -> None:
        self._here = True
        self._view.here()
        self._read()

    def left(self) -> None:
        self._here = False

    def changed(self) -> None:
        if self._here:
            self._read()

    def line(self) -> None:
        """The shared database went or is back: acts with it."""
        if self._here:
            self._show()

    def escaped(self) -> bool:
        """Cancels what runs; False when nothing does."""
        if not self._worker.what:
            return False
        self._worker.cancel()
        return True

    # What a person does ---------------------------------------------------------------------------------------

    def act(self, name: str) -> None:
        if not self._allowed(name):
            return
        words = self._context.words
        match name:
            case "files" | "map":
                self._choosing = name
                kinds = words(f"screens_desk.long.kinds_{'map' if name == 'map' else self._channel}")
                title = words(f"screens_desk.long.choose_{name}")
                self._view.choose_files(many=name == "files", title=title, kinds=kinds)
            case "import":
                self._begin("import", self._import_words())
            case "plan":
                self._begin("plan", ["plan"])
            case "jobs":
                self._begin("jobs", ["sheet", "jobs", "--out", str(self._sheet())])

    def chosen(self, files: Sequence[str]) -> None:
        """The files that a person picked."""
        paths = tuple(Path(name) for name in files)
        if self._choosing == "map":
            self._map = paths[0] if paths else self._map
        elif paths:
            self._files = paths
        self._show()

    def choose_shop(self, code: str) -> None:
        self._shop = code
        own = next((channel for shop, _, channel in self._shops if shop == code), "")
        if own in CHANNELS:
            self._channel = own
        self._show()

    def choose_channel(self, channel: str) -> None:
        self._channel = channel
        self._show()

    # What the worker says -------------------------------------------------------------------------------------

    def progressed(self) -> None:
        self._strip()
        if self._here:
            self._show()

    def ended(self, result: Result) -> None:
        self._context.strip.hide_()
        self._view.say(*self._said(result))
        self._show()
        self._read()

    def _begin(self, what: str, words: list[str]) -> None:
        operator = self._context.station.operator
        if operator is None or self._worker.what:
            return
        self._view.say("", "")
        voucher = self._context.station.voucher(operator)
        self._worker.start(what, [*words, "--operator", operator.badge], self._context.settings, voucher)
        self._strip()
        self._show()

    def _strip(self) -> None:
        worker = self._worker
        if worker.what:
            said = self._context.words(f"screens_desk.long.running_{worker.what}")
            self._context.strip.show_(said, worker.done, worker.total, worker.cancel)

    def _import_words(self) -> list[str]:
        words = ["import", "orders", "--channel", self._channel, "--shop", self._shop]
        if self._channel == "csv" and self._map:
            words += ["--map", str(self._map)]
        return [*words, *map(str, self._files)]

    def _sheet(self) -> Path:
        """Where the sheet goes; a new name each time, so that none is written over while somebody reads it."""
        at = self._context.clock.now().strftime("%Y-%m-%d-%H%M%S")
        return self._context.folder.resolve() / "papers" / f"job-codes-{at}.pdf"

    # Reading, showing -----------------------------------------------------------------------------------------

    def _read(self) -> None:
        context = self._context

        def work() -> tuple[tuple[tuple[str, str, str], ...], int]:
            with context.database.reading() as read:
                shops = read("SELECT code, name, channel FROM shop ORDER BY code")
                return tuple((s["code"], s["name"], s["channel"]) for s in shops), orders.counts(read)["new"]

        context.runner.run(work, self._came, self._broke, owner=self)

    def _came(self, found: tuple[tuple[tuple[str, str, str], ...], int]) -> None:
        self._shops, self._new = found
        if not self._shop and self._shops:
            self.choose_shop(self._shops[0][0])
            self._channel = self._channel or CHANNELS[0]
        self._show()

    def _broke(self, error: BaseException) -> None:
        if isinstance(error, DatabaseAway):
            return  # the window says so, and since when; what is shown stays
        if not isinstance(error, PackbenchError):
            raise error
        self._view.say(in_words(error, self._context), "warn")

    def _allowed(self, act: str) -> bool:
        if self._worker.what or not self._acts.may(_RIGHTS[act]):
            return False
        ready = bool(self._files and self._shop and (self._channel != "csv" or self._map))
        return {"import": ready, "map": self._channel == "csv", "plan": self._new > 0}.get(act, True)

    def _show(self) -> None:
        words = self._context.words

        def act(name: str, *, main: bool = False) -> ActShown:
            return ActShown(name, KEYS[name], words(f"screens_desk.long.{name}"), main, self._allowed(name))

        names = ", ".join(file.name for file in self._files[:3])
        files = words("screens_desk.long.files_chosen", n=len(self._files), names=names)
        map_ = words("screens_desk.long.map_chosen", name=self._map.name) if self._map else ""
        needs_map = self._channel == "csv"
        importing = [act("files"), *([act("map")] if needs_map else []), act("import", main=True)]
        title, result = self._result()
        self._view.show_(
            LongShown(
                shops=tuple((code, f"{code} · {name}") for code, name, _ in self._shops),
                shop=self._shop,
                channels=tuple((name, words(f"screens_desk.channel.{name}")) for name in CHANNELS),
                channel=self._channel,
                files=files if self._files else words("screens_desk.long.no_files"),
                map=map_ or (words("screens_desk.long.no_map") if needs_map else ""),
                importing=tuple(importing),
                planning=(act("plan"),),
                printing=(act("jobs"),),
                waiting=words("screens_desk.long.new_orders", n=self._new),
                running=self._running(),
                title=title,
                result=result,
            )
        )

    def _running(self) -> str:
        worker, words = self._worker, self._context.words
        if not worker.what:
            return ""
        said = words(f"screens_desk.long.running_{worker.what}")
        return (
            words("screens_desk.long.so_far", what=said, done=worker.done, total=worker.total) if worker.done else said
        )

    def _result(self) -> tuple[str, tuple[SheetRow, ...]]:
        last, words = self._worker.last, self._context.words
        if last is None:
            return words("screens_desk.long.result"), (SheetRow("meta", words("screens_desk.long.nothing_yet")),)
        rows = [SheetRow("meta", self._said(last)[0])]
        counted = ((name, last.answer[name]) for name in _COUNTS if isinstance(last.answer.get(name), int))
        rows += [SheetRow("pair", words(f"screens_desk.long.count.{name}"), str(count)) for name, count in counted]
        held = last.answer.get("held")
        for kind, count in sorted(held.items()) if isinstance(held, Mapping) else ():
            rows.append(SheetRow("pair", words(f"case.kind.{kind}"), str(count), severity="warn"))
        refused = last.answer.get("refused") or []
        if refused:
            rows += [SheetRow("rule"), SheetRow("title", words("screens_desk.long.refused", n=len(refused)))]
        for one in refused[:_MOST_REFUSED]:
            where = " · ".join(part for part in (one.get("file", ""), one.get("order", ""), one["at"]) if part)
            rows.append(SheetRow("meta", f"{where}: {one['field']}: {one['reason']}"))
        return words(f"screens_desk.long.result_{last.what}"), tuple(rows)

    def _said(self, last: Result) -> tuple[str, str]:
        """One sentence on what it came to, and how good that is."""
        words = self._context.words
        if last.cancelled or last.answer.get("interrupted"):
            return words(f"screens_desk.long.cancelled_{last.what}", done=last.answer.get("read", last.done)), "warn"
        if last.code not in (0, 3):
            return str(last.answer.get("text") or words("screens_desk.long.failed")), "warn"
        if last.what == "jobs":
            return words("screens_desk.long.done_jobs", file=last.answer.get("file", "")), "ok"
        refused = len(last.answer.get("refused") or ())
        if refused:
            return words("screens_desk.long.done_refused", n=refused), "warn"
        return words(f"screens_desk.long.done_{last.what}"), "ok"
