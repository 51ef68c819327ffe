"""What must hold in the cases."""

from __future__ import annotations

from collections.abc import Iterator

from app.base.finding import Finding
from app.cases import store
from app.cases.case import KINDS
from app.db import Tx


def check(tx: Tx) -> Iterator[Finding]:
    """A case is open, or settled by somebody with an act; its kind has acts; notes belong to cases."""
    for case in store.malformed(tx):
        yield Finding("case_open_or_settled", case.id, f"{case.state}, settled at {case.settled_at} with {case.act}")
    for kind in store.kinds(tx):
        if kind not in KINDS:
            yield Finding("case_kind_has_acts", kind, "no such kind of case")
    for note in store.orphan_notes(tx):
        yield Finding("note_has_its_case", note, "the case is not there")
