"""Why an order is planned as it is, or why it isn't: the lines of its trace as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from app.db import Database
from app.desk.views import store
from app.desk.views.told import needs
from app.planning.plan import explain
from app.planning.planned import TraceLine
from app.planning.said import said
from app.planning.screen import SCREENED


@dataclass(frozen=True, slots=True)
class Reason:
    """`severity`: stop for what stands in the way, warn for what is to be verified or looked at, ok otherwise."""

    rule: str
    version: str
    text: str
    severity: str


_LOOK = frozenset(
    {"tax_differs", "tax_taken_early", "duty_not_on_file", "tax_not_on_file", "no_exchange_rate", "papers_needed"}
)


def why(database: Database, order_id: str, now: datetime, language: str) -> tuple[Reason, ...]:
    """The trace of the order's plan; without one, what planning it now would say. NotFound: no such order."""
    with database.reading() as read:
        stored = store.plan(read, order_id)
    if stored:
        lines = [TraceLine(r["stage"], r["rule"], r["version"], r["reason"], r["inputs"]) for r in stored]
    else:
        with database.read() as tx:
            lines = list(explain(tx, order_id, now).trace)
    return tuple(Reason(line.rule, line.version, _sentence(line, language), _severity(line)) for line in lines)


def _sentence(line: TraceLine, language: str) -> str:
    """Without the rule, which stands apart; an address's fields by their names."""
    if isinstance(line.inputs.get("fields"), Mapping):
        line = replace(line, inputs={**line.inputs, "fields": needs(line.reason, line.inputs, language)})
    return said(line, language).replace(f" ({line.rule})", "")


def _severity(line: TraceLine) -> str:
    if line.reason in SCREENED:
        return "stop"
    return "warn" if line.reason in _LOOK or line.inputs.get("verify") is True else "ok"
