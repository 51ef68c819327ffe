"""What the sign-in screen says. Plain Python."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from app.base.clock import from_stamp
from app.base.wording import languages, word
from app.floor.messages import MESSAGES
from app.station.answer import Answer
from app.station.kept import KeptJob
from app.station.station import Status
from ui.context import Context
from ui.readiness import Device, devices, local, zone_of

_DEMO_BADGE = "PBPICKER"
# A day's greetings begin at these hours of the warehouse's time.
_GREETINGS = ((5, "morning"), (11, "day"), (17, "evening"), (22, "night"))


@dataclass(frozen=True, slots=True)
class LanguageShown:
    """`name` in the language itself."""

    code: str
    name: str
    current: bool


@dataclass(frozen=True, slots=True)
class SignInShown:
    """`warn`: what the last scan did not do. `kept`: title and detail of the job that waits here, or nothing;
    `none_kept` what is said then.

    `pin`: somebody's PIN is waited for; `key` does what `typed` says.

    `badge`: name and role as they stand on one; `code`: a badge that may be scanned from the screen, in the demo.
    """

    greeting: str
    title: str
    foot: str
    typed: str
    badge: tuple[str, str]
    ready_title: str
    ready: str
    well: bool
    devices: tuple[Device, ...]
    language_title: str
    language_how: str
    languages: tuple[LanguageShown, ...]
    code: str = ""
    kept: tuple[str, str] = ("", "")
    none_kept: tuple[str, str] = ("", "")
    warn: str = ""
    pin: bool = False
    key: str = "F4"


class View(Protocol):
    def show_(self, shown: SignInShown) -> None: ...

    def ask_pin(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Looked:
    status: Status
    kept: KeptJob | None


class Presenter:
    """Asks the bench how it stands while it is in front, off the UI thread."""

    def __init__(self, context: Context, view: View) -> None:
        self._context, self._view = context, view
        self._looked: _Looked | None = None
        self._warn, self._pin = "", ""
        self._here = self._asking = False

    def entered(self, _subject: str = "") -> None:
        self._here, self._warn, self._pin = True, "", ""
        self.look()
        self._show()

    def left(self) -> None:
        self._here = False

    def heard(self, _code: str) -> None:
        self._warn = ""

    def answered(self, answer: Answer) -> None:
        """What was refused stays here, and whose PIN is waited for: a badge that counts leads to another screen."""
        self._pin = str(answer.values.get("name", "")) if answer.state == "awaiting_pin" else ""
        severity = MESSAGES[answer.message].severity if answer.message in MESSAGES else answer.outcome
        self._warn = answer.text if severity in {"warn", "stop"} else ""
        self.look()
        self._show()
        if self._pin:
            self._view.ask_pin()

    def typed(self, pin: str) -> None:
        self._context.scan(pin)

    def look(self) -> None:
        """Now and then, while the screen is in front."""
        if self._here and not self._asking:
            self._asking = True
            self._context.runner.run(self._ask, self._came, self._failed, owner=self, free=True)

    def choose(self, language: str) -> None:
        """The words of this screen until somebody signs in: a badge brings its own language."""
        self._context.speak(language)

    def _ask(self) -> _Looked:
        station = self._context.station
        return _Looked(station.status(), station.kept_job())

    def _came(self, looked: _Looked) -> None:
        self._asking, self._looked = False, looked
        if self._here:
            self._show()

    def _failed(self, _error: BaseException) -> None:
        """The bench is closing, or its disk is gone: each scan says so."""
        self._asking = False

    def _show(self) -> None:
        context, words, looked = self._context, self._context.words, self._looked
        zone = zone_of(context.time_zone)
        found: tuple[Device, ...] = ()
        if looked is not None:
            counts = (context.recent.heard, context.recent.kept)
            found = devices(looked.status, words, zone, counts, scanner_state=context.scanner_state())
        well = sum(device.severity == "ok" for device in found)
        asked = sum(device.severity != "none" for device in found)
        hour = context.clock.now().astimezone(zone).hour
        greeting = next((name for at, name in reversed(_GREETINGS) if hour >= at), "night")
        said = words("shell.sign_in.locked" if context.station.locked else f"shell.sign_in.{greeting}")
        if self._pin:
            allows = context.station.operator is not None
            said = words("shell.sign_in.pin_allow", name=self._pin) if allows else self._pin
        asks = "pin_" if self._pin else ""
        self._view.show_(
            SignInShown(
                greeting=said,
                title=words(f"shell.sign_in.{asks}title"),
                foot=words(f"shell.sign_in.{asks}foot"),
                typed=words("shell.sign_in.pin_other" if self._pin else "shell.sign_in.typed"),
                pin=bool(self._pin),
                key="F12" if self._pin else "F4",
                badge=(words("shell.sign_in.your_name"), words("shell.sign_in.your_role")),
                ready_title=words("shell.sign_in.ready" if well == asked else "shell.sign_in.not_ready"),
                ready=words("shell.sign_in.of", n=well, of=asked) if asked else "",
                well=well == asked,
                devices=found,
                language_title=words("shell.sign_in.language"),
                language_how=words("shell.sign_in.language_how"),
                languages=tuple(
                    LanguageShown(code, word("shell.language", code), code == words.language) for code in languages()
                ),
                code=_DEMO_BADGE if context.demo else "",
                kept=self._kept(looked.kept if looked else None),
                none_kept=(words("shell.sign_in.none_kept"), words("shell.sign_in.none_kept_how")),
                warn=self._warn,
            )
        )

    def _kept(self, kept: KeptJob | None) -> tuple[str, str]:
        if kept is None:
            return ("", "")
        words = self._context.words
        title = words("shell.sign_in.kept_of", name=kept.name) if kept.name else words("shell.sign_in.kept")
        state = words(f"shell.sign_in.{kept.workflow}_of", done=kept.done, of=kept.of)
        since = local(from_stamp(kept.at), zone_of(self._context.time_zone)) if kept.at else ""
        parts = (kept.job, state, words("shell.sign_in.paused", time=since) if since else "")
        return title, " · ".join(part for part in parts if part)
