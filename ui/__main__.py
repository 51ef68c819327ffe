"""The `packbench` command: the word `run` is the screens' own, every other one is `app.cli`'s."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one `packbench` command; the result is the exit code that DESIGN's command line promises."""
    from app.cli import main as command

    return command(sys.argv[1:] if argv is None else argv, {"run": "ui.running", "bench": "ui.bench"})


if __name__ == "__main__":
    sys.exit(main())
