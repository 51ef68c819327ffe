"""The demo shift in the real window, where nobody can see one: played by key events, with a picture of every screen.

What `packbench run` does without a display. Labels, lists and the summary are those of `app.bench.shift`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.base.errors import Broken
from app.bench.shift import Played, labels_by_carrier, play_demo_shift
from app.cli.context import Context as Command
from app.cli.output import Output
from app.settings import Settings
from app.station.answer import Answer
from ui import navigation
from ui.hands import Hands, at_a_window
from ui.look import THEMES
from ui.shell.keys import DOCK
from ui.simulator.codes import packet_of
from ui.simulator.dock import Dock
from ui.simulator.neighbourhood import look_around

BADGE = "PBCHIEF"
# A pen that no shop of the demo sells.
_PEN = "4006381333931"
_SETTLE_MS, _READ_MS = 200, 900
_OVER = frozenset({"job_labelled", "already_loaded", "already_gone"})


def play(out: Path, *, orders: int = 10, split: int = 2) -> Played:
    """As `play_demo_shift`; `out/screens` gets a PNG of every screen, in place of those of an earlier shift."""
    os.environ["QT_QPA_PLATFORM"] = os.environ.get("QT_QPA_PLATFORM") or "offscreen"
    shutil.rmtree(out / "screens", ignore_errors=True)
    return play_demo_shift(out, orders=orders, split=split, work=Shift(out.resolve()))


@dataclass(slots=True)
class Shift:
    """Works off one bench after the other; the first one is the one that pictures are taken of."""

    out: Path
    taken: int = 0

    def __call__(
        self, env: Mapping[str, str], url: str, station: str, shipments: list[dict[str, Any]], printer: str
    ) -> int:
        settings = Settings(
            home=env["PACKBENCH_HOME"], language=env["PACKBENCH_LANGUAGE"], confirm_after_s=0.0, question_timeout_s=30.0
        )
        with at_a_window(Command(settings, Output(as_json=True)), station) as hands:
            if self.taken:
                self._plainly(hands, url, shipments)
            else:
                self._with_pictures(hands, url, shipments)
            context = hands.shell.context
            scans = context.recent.heard
            context.station.settle(30)
            folder = context.folder
        self._collect(folder)
        return scans

    def _collect(self, folder: Path) -> None:
        """The bench's own copies of its papers: those that came out of the simulated printer, and the documents."""
        (self.out / "labels").mkdir(parents=True, exist_ok=True)
        papers = {file.name: file for place in ("labels", "papers") for file in (folder / place).glob("*")}
        for name, file in papers.items():
            shutil.copy2(file, self.out / "labels" / name)

    # A bench like any other -----------------------------------------------------------------------------------

    def _plainly(self, hands: Hands, url: str, shipments: list[dict[str, Any]]) -> None:
        hands.scan(BADGE)
        for row in shipments:
            _pack(hands, row["id"])
        for carrier, labels in _labelled(hands, url, shipments):
            _load(hands, carrier, labels)
            _close(hands)

    # The bench that is looked at ------------------------------------------------------------------------------

    def _with_pictures(self, hands: Hands, url: str, shipments: list[dict[str, Any]]) -> None:
        hands.shell.window.pressed(DOCK)
        self._picture(hands, "sign-in", _READ_MS)
        hands.scan(BADGE)
        self._picture(hands, "work-list", _READ_MS)
        self._short(hands, {row["id"] for row in shipments})
        first = max(shipments, key=lambda row: int(row["units"]))
        self._first(hands, first["id"])
        for row in shipments:
            if row is not first:
                _pack(hands, row["id"])
        self._desk(hands, first["order_id"])
        for n, (carrier, labels) in enumerate(_labelled(hands, url, shipments)):
            _load(hands, carrier, labels)
            if n == 0:
                self._picture(hands, "dispatch", _READ_MS)
            _close(hands)

    def _short(self, hands: Hands, ours: set[str]) -> None:
        """An order of which too little lies in its bin: the rest is picked, a person will decide."""
        context = hands.shell.context
        around = look_around(context.database, context.station.name)
        fitting = [one for one in around.waiting if one.state == "ready" and one.shipment not in ours and one.units > 1]
        if not fitting:
            return
        answer = hands.scan(max(fitting, key=lambda one: one.units).shipment)
        answer = hands.follow(answer, until="awaiting_item")
        answer = hands.scan("PBSHORT")
        answer = hands.scan("1") if "number" in answer.expects else hands.scan("PBSHORT")
        self._picture(hands, "pick-short")
        hands.follow(answer)

    def _first(self, hands: Hands, shipment: str) -> None:
        """One shipment with everything that may happen to it."""
        answer = hands.scan(shipment)
        self._picture(hands, "pick")
        hands.follow(hands.follow(answer, until="awaiting_tote"))
        hands.scan(shipment)
        answer = self._one_on(hands)
        self._themes(hands, "pack")
        self._wrong(hands, answer)
        self._offline(hands)
        self._keys(hands)
        answer = hands.follow(hands.scan("PBHELP"), until="awaiting_label")
        self._picture(hands, "label", _READ_MS)
        hands.follow(answer)

    def _one_on(self, hands: Hands) -> Answer:
        """One more piece goes in, as long as there is more than one."""
        assert hands.answer is not None
        return hands.scan(hands.answer.next[0]) if hands.answer.of - hands.answer.done > 1 else hands.answer

    def _wrong(self, hands: Hands, answer: Answer) -> None:
        """Something that is no part of the order: the stop, and how it is acknowledged."""
        context, packet = hands.shell.context, packet_of(answer)
        ours = packet.items if packet else {}
        articles = look_around(context.database, context.station.name).articles
        wrong = next((one.code for one in articles if one.sku not in ours), _PEN)
        said = hands.scan(wrong)
        self._picture(hands, "stop")
        while said.state == "stopped":
            said = hands.scan("PBOK")

    def _offline(self, hands: Hands) -> None:
        shell = hands.shell
        dock, station = shell.window.dock, shell.context.station
        assert isinstance(dock, Dock)
        dock.presenter.cut_line()
        hands.scan("PBHELP")
        hands.until(lambda: station.status().sync.trouble != "", "offline")
        self._one_on(hands)
        shell.context.go("")
        self._theme(hands, "dark")
        self._picture(hands, "offline-dark", _READ_MS)
        self._theme(hands, THEMES[0])
        dock.presenter.cut_line()
        hands.scan("PBHELP")
        hands.until(lambda: station.status().sync.trouble == "", "the line")
        hands.rest(_READ_MS)

    def _keys(self, hands: Hands) -> None:
        """What a person calls up with a key: help, and the simulator."""
        hands.shell.context.go("help")
        self._picture(hands, "help")
        hands.shell.context.go("")
        hands.shell.window.pressed(DOCK)
        self._picture(hands, "demo")
        hands.shell.window.pressed(DOCK)

    def _desk(self, hands: Hands, order: str) -> None:
        for place in navigation.SCREENS:
            if place.kind == "desk":
                hands.shell.context.go(place.name, order if place.name == "order" else "")
                self._picture(hands, place.name.replace("_", "-"), _READ_MS)
        hands.shell.context.go("")

    # Pictures -------------------------------------------------------------------------------------------------

    def _themes(self, hands: Hands, name: str) -> None:
        self._picture(hands, name)
        for theme in THEMES[1:]:
            self._theme(hands, theme)
            self._picture(hands, f"{name}-{theme}")
        self._theme(hands, THEMES[0])

    def _theme(self, hands: Hands, theme: str) -> None:
        shell = hands.shell
        shell.set_profile(replace(shell.context.profile, theme=theme))
        hands.rest(_SETTLE_MS)

    def _picture(self, hands: Hands, name: str, after_ms: int = _SETTLE_MS) -> None:
        """The window as it is, `after_ms` later: what a screen reads comes by then."""
        hands.rest(after_ms)
        self.taken += 1
        folder = self.out / "screens"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{self.taken:02d}-{name}.png"
        if not hands.shell.window.grab().save(str(file)):
            raise Broken(f"cannot write {file}", kind="system", why="", file=file)


def _pack(hands: Hands, shipment: str) -> None:
    """From wherever it stands to its labels on the parcels. Broken when it can't be finished."""
    said = ""
    for _ in range(6):
        opened = hands.scan(shipment)
        said = hands.follow(opened).message
        if opened.message in _OVER:
            return
    raise Broken(f"{shipment}: {said}", kind="no_shift", why=f"{shipment}: {said}")


def _labelled(hands: Hands, url: str, shipments: list[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    hands.shell.context.station.settle(30)
    return labels_by_carrier(url, shipments)


def _load(hands: Hands, carrier: str, labels: list[str]) -> None:
    hands.scan(carrier)
    for label in labels:
        hands.scan(label)


def _close(hands: Hands) -> None:
    answer = hands.scan("PBCLOSE")
    while answer.state == "closing":
        answer = hands.scan("PBCLOSE")
    hands.scan("PBEXIT")
