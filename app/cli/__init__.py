"""The command line: everything the screens do to data can be done and seen from here.

Exit 0: all done; 1: failed, or a promise is broken; 2: wrong usage; 3: done, but some input was refused, and listed.
`--db`, `--json` and `--operator` may stand anywhere. Each command imports only what it needs.
"""

from __future__ import annotations

import dataclasses
import importlib
import os
import sys
from collections.abc import Mapping, Sequence

from app.base.errors import PackbenchError
from app.cli.output import Output, fail
from app.cli.words import language, say

_GLOBAL = {"--db": "db", "--operator": "operator"}
# Which file holds which command: only that one is loaded. Help needs them all.
_HOME = {
    "init": "setup", "demo": "setup",
    "check": "upkeep", "doctor": "upkeep", "jobs": "upkeep", "forget": "upkeep",
    "backup": "copies", "restore": "copies", "archive": "copies",
    "bench": "bench",
    "import": "imports",
    "plan": "planning", "quote": "planning",
    "order": "orders", "case": "orders", "claim": "claims",
    "operator": "operators",
    "sheet": "sheet",
    "stock": "stock", "floor": "floor", "list": "read", "show": "read",
}  # fmt: skip


def main(argv: Sequence[str], further: Mapping[str, str] | None = None) -> int:
    """Runs one command; never ends in a traceback.

    `further`: commands of whoever calls, each with the module that has it; they stand above ours.
    """
    from app import settings
    from app.cli.bug import report, watching
    from app.cli.context import Context
    from app.db.address import is_address

    out = Output(as_json="--json" in argv)
    try:
        rest, given = _take_globals(list(argv))
        chosen = settings.load()
        if "db" in given:
            chosen = dataclasses.replace(chosen, db=given["db"])
        if not is_address(chosen.db_url):
            raise ValueError(say("cli.no_database_url"))  # not repeated: who knows where in it a password stands
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except PackbenchError as error:
        fail(Output(as_json=False), error, language())
        return 2
    try:
        with watching(chosen.home_folder):
            return _run(rest, Context(chosen, out, given.get("operator"), command="".join(rest[:1])), further or {})
    except PackbenchError as error:
        return fail(out, error, language())
    except KeyboardInterrupt:
        sys.stderr.write(say("cli.stopped") + "\n")
        return 1
    except BrokenPipeError:
        # Whoever read us has gone: nothing more can be said, and nothing is half-done.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
        return 1
    except OSError as error:
        kind, why = "system" if error.filename else "system_somewhere", error.strerror or type(error).__name__
        return fail(out, PackbenchError(str(error), kind=kind, why=why, file=error.filename), language())
    except Exception as error:  # noqa: BLE001 - the last line of defence: said in one line, written to a file
        return fail(out, report(error, chosen.home_folder), language())


def _take_globals(words: list[str]) -> tuple[list[str], dict[str, str]]:
    """What stands before or behind the command alike. `floor` has an --operator of its own meaning: who signs in."""
    rest: list[str] = []
    given: dict[str, str] = {}
    queue = iter(words)
    for text in queue:
        name, equals, value = text.partition("=")
        if text == "--json":
            given["json"] = "yes"
        elif name in _GLOBAL and not (name == "--operator" and "floor" in rest[:1]):
            taken = value if equals else next(queue, None)
            if not taken:
                raise ValueError(say("cli.needs_value", option=name))
            given[_GLOBAL[name]] = taken
        else:
            rest.append(text)
    return rest, given


def _run(words: list[str], context: object, further: Mapping[str, str]) -> int:
    import typer

    program = typer.Typer(
        name="packbench",
        help=say("cli.help"),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    program.callback()(_together)
    modules = {**{name: f"app.cli.{home}" for name, home in _HOME.items()}, **further}
    for module in {modules[words[0]]} if words and words[0] in modules else dict.fromkeys(modules.values()):
        importlib.import_module(module).register(program)
    try:
        code = program(args=words, prog_name="packbench", obj=context, standalone_mode=False)
    except typer.Exit as left:
        return left.exit_code
    except typer.Abort:
        raise KeyboardInterrupt from None
    except Exception as error:
        # Typer's own usage errors carry an exit code and know how to show themselves.
        show = getattr(error, "show", None)
        if show is None:
            raise
        show()
        return int(getattr(error, "exit_code", 2))
    return code if isinstance(code, int) else 0


def _together() -> None:
    """Without it, typer would take a lone command for the whole program."""
