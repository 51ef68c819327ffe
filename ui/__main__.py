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

    from app.settings import load

    parser = ArgumentParser(prog="packbench run")
    parser.add_argument("--demo", action="store_true", help="on the demo shop")
    parser.add_argument("--station", metavar="NAME", help="which bench this is")
    asked = parser.parse_args(words)
    if not asked.demo:
        parser.error("the window is not built yet: packbench run --demo plays a demo shift instead")
    from app.bench.shift import play_demo_shift

    out = Path(load().out)
    sys.stderr.write(f"There is no window yet: playing a shift on the demo shop into {out}/\n")
    play_demo_shift(out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
