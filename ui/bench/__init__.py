"""Benchmarks of the window: `bench scan` and `bench window`, beside those that need none."""

from __future__ import annotations

import typer

# Which module holds which benchmark: only that one is loaded.
BENCHMARKS = {"scan": "ui.bench.scan", "window": "ui.bench.window"}


def register(program: typer.Typer) -> None:
    from app.cli.bench import register as with_all

    with_all(program, BENCHMARKS)
