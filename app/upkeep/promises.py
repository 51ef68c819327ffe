"""Whether every promise holds in the data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict

from app.base.finding import Finding
from app.db import Database, Tx

Check = Callable[[Tx], Iterator[Finding]]


def broken(database: Database, checks: Mapping[str, Check]) -> list[dict[str, str]]:
    """What the rooms' checks find, all in one view of the database; empty when every promise holds."""
    with database.read() as tx:
        return [{"room": room, **asdict(finding)} for room, check in checks.items() for finding in check(tx)]
