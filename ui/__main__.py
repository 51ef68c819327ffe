"""The `packbench` command: owns the word `run`; every other word goes to `app.cli` untouched."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one `packbench` command; the result is the exit code that DESIGN's command line promises."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["run"]:
        return _run(words[1:])
    from app.cli import main as command

    return command(words)


def _run(words: list[str]) -> int:
    """Start the desktop program; until its window exists, play a demo shift into the folder `out`."""
    from argparse import ArgumentParser
    from pathlib import Path

    from app.base.wording import word
    from app.settings import load

    chosen = load()

    def say(key: str, **values: object) -> str:
        return word(f"cli.run.{key}", chosen.language, **values)

    parser = ArgumentParser(prog="packbench run", description=say("help"))
    parser.add_argument("--demo", action="store_true", help=say("demo"))
    parser.add_argument("--station", metavar="NAME", help=say("station"))
    asked = parser.parse_args(words)
    if not asked.demo:
        parser.error(say("no_window"))
    from app.bench.shift import play_demo_shift

    out = Path(chosen.out)
    sys.stderr.write(say("playing", out=out) + "\n")
    play_demo_shift(out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
