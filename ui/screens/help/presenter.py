"""Which words and which commands help at the step where the work stands. Plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from app.floor.papers.code_cards import KEYS
from app.floor.work import Command
from app.station.answer import Answer
from ui.context import Context

# By workflow and state; the state alone for what holds in every workflow, the workflow alone for its other states.
_STEPS: Mapping[tuple[str, str], tuple[Command, ...]] = {
    ("", "stopped"): ("ok",),
    ("idle", ""): ("next", "exit"),
    ("pick", "awaiting_exit"): ("exit", "undo"),
    ("pick", ""): ("undo", "count", "next", "short", "broken", "hold", "exit"),
    ("pack", "awaiting_carton"): ("box", "undo", "out", "next", "hold", "exit"),
    ("pack", "awaiting_label"): ("reprint", "void", "reopen", "hold", "exit"),
    ("pack", "awaiting_exit"): ("exit", "reprint", "void", "reopen"),
    ("pack", "awaiting_close"): ("close", "undo", "out", "shift", "next", "box", "reopen", "hold", "exit"),
    ("pack", ""): ("undo", "count", "out", "shift", "next", "box", "short", "broken", "close", "hold", "exit"),
    ("dispatch", ""): ("out", "close", "undo", "exit"),
}
_SAID = frozenset(
    {"awaiting_bin", "awaiting_item", "awaiting_tote", "awaiting_exit", "awaiting_job", "awaiting_carton",
     "awaiting_step", "awaiting_close", "awaiting_label", "asking", "stopped", "loading", "closing"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CommandShown:
    """`code` is scanned, `key` does the same where there is one."""

    words: str
    code: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class HelpShown:
    """`step`: what is expected now; `then`: what follows from it; `foot`: how to get back."""

    verb: str
    step: str
    then: str
    foot: str
    commands: tuple[CommandShown, ...]


class View(Protocol):
    def show_(self, shown: HelpShown) -> None: ...


class Presenter:
    def __init__(self, context: Context, view: View) -> None:
        self._context, self._view = context, view
        self._answer: Answer | None = None

    def entered(self, _subject: str = "") -> None:
        self._show()

    def answered(self, answer: Answer) -> None:
        self._answer = answer
        self._show()

    def scan(self, code: str) -> None:
        """A card was touched: as if its code had been scanned."""
        self._context.scan(code)

    def _show(self) -> None:
        words = self._context.words
        step = step_of(self._answer, signed_in=self._context.station.operator is not None)
        self._view.show_(
            HelpShown(
                verb=words("shell.help.now"),
                step=words(f"shell.help.step.{step}"),
                then=words(f"shell.help.then.{step}"),
                foot=words("shell.help.foot"),
                commands=tuple(
                    CommandShown(self._words_of(name, step), f"PB{name.upper()}", KEYS.get(name, ""))
                    for name in commands_of(self._answer, signed_in=self._context.station.operator is not None)
                ),
            )
        )

    def _words_of(self, name: Command, step: str) -> str:
        """Where no job is open there is only the bench to leave."""
        idle = name == "exit" and step == "idle"
        return self._context.words("shell.help.sign_out" if idle else f"sheets.command.{name}")


def step_of(answer: Answer | None, *, signed_in: bool) -> str:
    """The name of the step, as its words are filed: sign_in, idle, stopped, pick_awaiting_bin …"""
    if not signed_in:
        return "sign_in"
    if answer is None or answer.workflow == "idle" or answer.state not in _SAID:
        return "idle"
    return answer.state if answer.state in {"stopped", "asking"} else f"{answer.workflow}_{answer.state}"


def commands_of(answer: Answer | None, *, signed_in: bool) -> tuple[Command, ...]:
    """The commands that mean something here, the likeliest first."""
    if not signed_in:
        return ("help",)
    workflow, state = (answer.workflow, answer.state) if answer is not None else ("idle", "")
    if state == "stopped":
        return _STEPS["", "stopped"]
    found = _STEPS.get((workflow, state)) or _STEPS.get((workflow, "")) or _STEPS["idle", ""]
    return (*found, "issue") if workflow in {"pick", "pack"} else found
