"""What we did wrong ourselves: written to a file without anybody's data, and said in one line."""

from __future__ import annotations

import traceback
from contextlib import suppress
from pathlib import Path

from app.base.clock import SystemClock, stamp
from app.base.errors import Broken

LOG = "packbench.log"


def report(error: BaseException, home: Path) -> Broken:
    """The error as an operator hears it. The file gets where it happened, never the values it happened with."""
    file = home / LOG
    lines = [f"{stamp(SystemClock().now())} {type(error).__module__}.{type(error).__qualname__}"]
    while error is not None:
        lines += [f"  {f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
        following = error.__cause__ or error.__context__
        if following is None:
            break
        error = following
        lines.append(f" from {type(error).__qualname__}")
    with suppress(OSError):
        home.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as log:
            log.write("\n".join(lines) + "\n")
    return Broken(type(error).__qualname__, kind="bug", what=type(error).__qualname__, file=file)
