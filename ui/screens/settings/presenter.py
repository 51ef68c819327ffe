"""The bench's profile as choices, and what becomes of a change. Plain Python.

Looks, loudness and language hold at once. Addresses are looked at before they are kept; a printer's holds from the next
start, because papers may be on their way to the one there is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from app.base.wording import languages, word
from app.station.profile import Profile
from printers.errors import UnknownPrinter
from printers.registry import open_transport
from ui.context import Context

THEMES = ("light", "dark", "contrast")
SCALES = (100, 125, 150, 175, 200)
SOUNDS = ("ok", "done", "warn", "stop")
ADDRESSES = ("printer", "papers", "scanner")
_SERIAL = "serial://"


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    title: str
    key: str
    current: bool


@dataclass(frozen=True, slots=True)
class SettingsShown:
    """`addresses`: as they are kept, by field. `wrong`: what is not right with one of them, by field."""

    themes: tuple[Choice, ...]
    scales: tuple[Choice, ...]
    languages: tuple[Choice, ...]
    volume: int
    reduced_motion: bool
    addresses: dict[str, str]
    wrong: dict[str, str]
    said: str = ""


class View(Protocol):
    def show_(self, shown: SettingsShown) -> None: ...


class Presenter:
    def __init__(self, context: Context, view: View) -> None:
        self._context, self._view = context, view
        self._wrong: dict[str, str] = {}
        self._typed: dict[str, str] = {}
        self._said = ""

    def entered(self, _subject: str = "") -> None:
        self._wrong, self._typed, self._said = {}, {}, ""
        self._show()

    def theme(self, name: str) -> None:
        self._change(replace(self._context.profile, theme=name))

    def scale(self, percent: str) -> None:
        self._change(replace(self._context.profile, scale=int(percent)))

    def language(self, code: str) -> None:
        """Of the bench. Whoever is signed in keeps the language of the badge."""
        self._change(replace(self._context.profile, language=code))
        if self._context.station.operator is None:
            self._context.speak(code)

    def volume(self, percent: int) -> None:
        self._change(replace(self._context.profile, volume=percent))

    def reduced_motion(self, on: bool) -> None:
        self._change(replace(self._context.profile, reduced_motion=on))

    def sound(self, name: str) -> None:
        """To hear how loud it is."""
        self._context.play(name)

    def calibrate(self) -> None:
        self._context.go("calibration")

    def addresses(self, typed: dict[str, str]) -> None:
        """All right: kept. Else nothing is, and each wrong one says why."""
        self._typed = {name: text.strip() for name, text in typed.items()}
        self._wrong = {name: why for name, text in self._typed.items() if (why := self._refused(name, text))}
        before = self._context.profile
        if not self._wrong:
            own = self._typed
            after = replace(before, printer=own["printer"], papers=own["papers"], scanner=own["scanner"])
            printers = (before.printer, before.papers) != (after.printer, after.papers)
            self._change(after)
            words = self._context.words
            self._said = words("shell.settings.kept_later" if printers else "shell.settings.kept")
        else:
            self._said = ""
        self._show()

    def _refused(self, name: str, text: str) -> str:
        words = self._context.words
        if not text:
            return ""
        if name == "scanner":
            return "" if text.startswith(_SERIAL) else words("shell.settings.no_scanner")
        try:
            open_transport(text).close()
        except UnknownPrinter:
            return words("shell.settings.no_printer")
        except OSError as error:
            return str(error.strerror or "")
        return ""

    def _change(self, profile: Profile) -> None:
        self._said = ""
        self._context.set_profile(profile)
        self._show()

    def _show(self) -> None:
        profile, words = self._context.profile, self._context.words
        own = {name: str(getattr(profile, name)) for name in ADDRESSES}
        spoken = profile.language or self._context.settings.language
        self._view.show_(
            SettingsShown(
                themes=tuple(
                    Choice(name, words(f"shell.settings.theme.{name}"), key, profile.theme == name)
                    for name, key in zip(THEMES, "LDK", strict=True)
                ),
                scales=tuple(
                    Choice(str(percent), words("shell.settings.percent", n=percent), str(n), profile.scale == percent)
                    for n, percent in enumerate(SCALES, 1)
                ),
                languages=tuple(
                    Choice(code, word("shell.language", code), str(n), code == spoken)
                    for n, code in enumerate(languages(), len(SCALES) + 1)
                ),
                volume=profile.volume,
                reduced_motion=profile.reduced_motion,
                addresses={**own, **(self._typed if self._wrong else {})},
                wrong=self._wrong,
                said=self._said,
            )
        )
