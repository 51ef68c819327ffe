"""What the calibration screen says, and what it keeps. Plain Python."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from app.base.ids import uuid7
from printers.registry import open_transport
from printers.transport import PrintJob
from ui.context import Context, Words
from ui.scanner.keyboard import GS
from ui.scanner.lesson import TEST_CODE, Learnt, learn, read
from ui.scanner.wedge import Key

# Signs of a US scanner that lie on dead keys of that map: in a text field they wait for a letter, and are lost.
_DEAD = {"de": "= + `", "fr": "[ {", "fr_caps": "[ {"}
_NAMES = {"\r": "Enter", "\n": "LF", "\t": "Tab", GS: "GS", "⌃": "Ctrl", "⎇": "Alt", "⌘": "Meta", " ": "␣"}
_F1 = 0x01000030


@dataclass(frozen=True, slots=True)
class RowShown:
    """One thing that was learnt. `advice`: what can't work, and what to do."""

    title: str
    value: str = ""
    advice: str = ""
    severity: str = "none"


@dataclass(frozen=True, slots=True)
class CalibrationShown:
    """`verb` and `title` are what to do now; `warn`: the last scan taught nothing, and why."""

    verb: str
    title: str
    detail: str
    code: str
    code_words: str
    rows: tuple[RowShown, ...]
    keep: str
    print_: str
    again: str
    warn: str = ""
    can_keep: bool = False


class View(Protocol):
    def show_(self, shown: CalibrationShown) -> None: ...

    def listen(self, on: bool) -> None:
        """While it does, every burst comes to `taught` and none is scanned."""

    def paper(self, title: str, how: str) -> bytes:
        """The test code on paper, as PDF."""


class Presenter:
    def __init__(self, context: Context, view: View) -> None:
        self._context, self._view = context, view
        self._learnt: Learnt | None = None
        self._tried = self._said = self._warn = ""

    def entered(self, _subject: str = "") -> None:
        self.again()
        self._view.listen(True)

    def left(self) -> None:
        self._view.listen(False)

    def taught(self, keys: Sequence[Key]) -> None:
        """A burst: the test code, or after it any code, to see how it is read now."""
        words = self._context.words
        self._warn = self._said = ""
        learnt = learn(keys, self._context.profile.wedge)
        if learnt.understood:
            self._learnt, self._tried = learnt, ""
        elif self._learnt is not None:
            self._tried = read(keys, self._learnt.wedge)
        else:
            self._warn = words("screens_scan.calibration.other", arrived=shown(learnt.arrived))
        self._show()

    def again(self) -> None:
        self._learnt, self._tried, self._said, self._warn = None, "", "", ""
        self._show()

    def keep(self) -> None:
        if self._learnt is not None:
            self._context.set_profile(replace(self._context.profile, wedge=self._learnt.wedge))
            self._said = self._context.words("screens_scan.calibration.kept")
            self._show()

    def print_(self) -> None:
        """To the bench's printer for papers, or into its folder where there is none."""
        context, words = self._context, self._context.words
        paper = self._view.paper(words("screens_scan.calibration.paper"), words("screens_scan.calibration.paper_how"))
        url = context.profile.papers or (context.folder.resolve() / "papers").as_uri()
        job = PrintJob(f"test-code-{uuid7()}", paper, "pdf")

        def sent() -> None:
            transport = open_transport(url)
            try:
                transport.send(job)
            finally:
                transport.close()

        context.runner.run(sent, self._printed, self._not_printed, owner=self, free=True)

    def _printed(self, _nothing: None) -> None:
        papers = self._context.profile.papers
        key = "printed" if papers else "printed_file"
        self._said = self._context.words(f"screens_scan.calibration.{key}", folder=self._context.folder / "papers")
        self._show()

    def _not_printed(self, error: BaseException) -> None:
        self._warn = self._context.words("screens_scan.calibration.not_printed", why=error)
        self._show()

    def _show(self) -> None:
        words, learnt = self._context.words, self._learnt
        rows = tuple(found(learnt, words)) if learnt else tuple(_waiting(words))
        wrong = sum(row.severity == "warn" for row in rows)
        state = "scan" if learnt is None else "limits" if wrong else "well"
        detail = words(f"screens_scan.calibration.{state}_detail", n=wrong)
        if self._tried:
            detail = words("screens_scan.calibration.tried", code=shown(self._tried))
        self._view.show_(
            CalibrationShown(
                verb=words(f"screens_scan.calibration.{state}_verb"),
                title=words(f"screens_scan.calibration.{state}"),
                detail=self._said or detail,
                code=TEST_CODE,
                code_words=TEST_CODE.replace(GS, " GS "),
                rows=rows,
                keep=words("screens_scan.calibration.keep"),
                print_=words("screens_scan.calibration.print"),
                again=words("screens_scan.calibration.again"),
                warn=self._warn,
                can_keep=learnt is not None and learnt.wedge != self._context.profile.wedge,
            )
        )


def _waiting(words: Words) -> Iterator[RowShown]:
    """What will be learnt, and what needs no learning."""
    for name in ("map", "caps", "prefix", "end", "group", "speed", "signs", "serial"):
        yield RowShown(words(f"screens_scan.row.{name}"), advice=words(f"screens_scan.waiting.{name}"))


def found(learnt: Learnt, words: Words) -> Iterator[RowShown]:
    """What was learnt, plainly: `warn` is what can't work as it is."""
    wedge = learnt.wedge

    def row(name: str, value: str, well: bool, advice: str = "", **values: object) -> RowShown:
        told = words(f"screens_scan.advice.{advice}", **values) if advice else ""
        return RowShown(words(f"screens_scan.row.{name}"), value, told, "ok" if well else "warn")

    turned = wedge.layout != "us"
    yield row("map", words(f"screens_scan.map.{wedge.layout}"), True, "turned" if turned else "straight")
    yield row("caps", words(f"screens_scan.caps.{'on' if wedge.caps else 'off'}"), not wedge.caps,
              "caps_on" if wedge.caps else "caps_off")  # fmt: skip
    if wedge.prefix:
        clash = wedge.prefix[0].isalnum()
        yield row("prefix", shown(wedge.prefix), not clash, "prefix_clash" if clash else "prefix")
    else:
        none = words("screens_scan.none")
        yield row("prefix", none, learnt.quick, "no_prefix" if learnt.quick else "prefix_needed")
    ends = shown(learnt.ends) if learnt.ends else words("screens_scan.none")
    yield row("end", ends, bool(learnt.ends), "end" if learnt.ends else "no_end")
    if not wedge.group:
        yield row("group", words("screens_scan.lost"), False, "no_group")
    else:
        advice = "plain_group" if learnt.group_is_plain else "group"
        yield row("group", shown(wedge.group), not learnt.group_is_plain, advice, sign=shown(wedge.group))
    speed = words("screens_scan.speed", ms=learnt.gap_ms)
    yield row("speed", speed, learnt.quick, "quick" if learnt.quick else "slow")
    if learnt.wrong:
        yield row(
            "signs", words("screens_scan.lost"), False, "signs_wrong", signs=" ".join(dict.fromkeys(learnt.wrong))
        )
    else:
        yield row("signs", words("screens_scan.all"), True, "signs_dead" if turned else "signs",
                  signs=_DEAD.get(wedge.layout, ""))  # fmt: skip
    if learnt.aim:
        behind = learnt.behind
        yield row("aim", words("screens_scan.sent"), not behind, "aim_behind" if behind else "aim", sign=shown(behind))


def shown(text: str) -> str:
    """Keys that type nothing, by the names people know: `⌃+` is Ctrl +, `⎇0⎇2⎇9` is Alt 0 2 9."""
    for number in range(24):
        text = text.replace(f"⟨{_F1 + number:x}⟩", f"F{number + 1}")
    text = re.sub(r"(?<=⎇.)⎇", "\0", text)
    named = "".join(f" {_NAMES[sign]} " if sign in _NAMES else sign for sign in text)
    return " ".join(named.replace("\0", " ").split())
