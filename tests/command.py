"""A command of `packbench` as `app.bench.driver.run` runs it, but in this process: starting another takes a second."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper

import pytest

from ui.__main__ import main


def run(env: Mapping[str, str], *words: str) -> tuple[int, str, str]:
    """One command to its end: (exit code, stdout, stderr)."""
    out, errors = (TextIOWrapper(BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(errors):
        for name in [name for name in os.environ if name.startswith("PACKBENCH_") and name not in env]:
            patch.delenv(name)
        for name, value in env.items():
            patch.setenv(name, value)
        code = main(words)
    return code, *(stream.buffer.getvalue().decode() for stream in (out, errors))  # type: ignore[attr-defined]
