"""The command line: everything the screens do to data can be done and seen from here.

Exit 0: all done; 1: failed, or a promise is broken; 2: wrong usage; 3: done, but some input was refused, and listed.
`--db`, `--json` and `--operator` may stand anywhere. Each command imports only what it needs.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Sequence

from app.base.errors import PackbenchError
from app.base.wording import word
from app.cli.output import Output, fail

_GLOBAL = {"--db": "db", "--operator": "operator"}


def main(argv: Sequence[str]) -> int:
    """Runs one command; never ends in a traceback for what an operator or the environment did wrong."""
    from app import settings
    from app.cli.context import Context

    out = Output(as_json=False)
    try:
        rest, given = _take_globals(list(argv))
        out = Output(as_json="json" in given)
        chosen = settings.load()
        if "db" in given:
            chosen = dataclasses.replace(chosen, db=given["db"])
        return _run(rest, Context(chosen, out, given.get("operator")))
    except PackbenchError as error:
        return fail(out, error, chosen_language())
    except KeyboardInterrupt:
        sys.stderr.write(word("cli.stopped") + "\n")
        return 1
    except BrokenPipeError:
        # Whoever read us has gone: nothing more can be said, and nothing is half-done.
        sys.stdout = open("/dev/null", "w") if sys.platform != "win32" else open("nul", "w")  # noqa: PTH123, SIM115
        return 1
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2


def chosen_language() -> str:
    from app import settings

    return settings.load().language


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
                raise ValueError(word("cli.needs_value", option=name))
            given[_GLOBAL[name]] = taken
        else:
            rest.append(text)
    return rest, given


def _run(words: list[str], context: object) -> int:
    import typer

    from app.cli import floor, imports, orders, read, setup, stock

    program = typer.Typer(
        name="packbench", help=word("cli.help"), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
    )
    for module in (setup, imports, orders, stock, floor, read):
        module.register(program)
    try:
        code = program(args=words, obj=context, standalone_mode=False)
    except typer.Exit as left:
        return left.exit_code
    except Exception as error:
        # Typer's own usage errors carry an exit code and know how to show themselves.
        show = getattr(error, "show", None)
        if show is None:
            raise
        show()
        return int(getattr(error, "exit_code", 2))
    return code if isinstance(code, int) else 0
