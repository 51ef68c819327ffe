"""The `packbench` command: the word `run` is the screens' own, every other one is `app.cli`'s."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one `packbench` command; the result is the exit code that DESIGN's command line promises."""
    from app.cli import main as command

    # A process that this one spawns begins by importing what this one began as. The script that installers make begins
    # to run when it is imported; this module does not.
    sys.modules["__main__"].__spec__ = __spec__
    return command(sys.argv[1:] if argv is None else argv, {"run": "ui.running", "bench": "ui.bench"})


if __name__ == "__main__":
    sys.exit(main())
