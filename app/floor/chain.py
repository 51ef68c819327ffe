"""The chain a station's facts hang in: each link holds the one before, so that no two journals tell the same story."""

from __future__ import annotations

import hashlib

from app.floor.facts import Fact


def chained(before: str, fact: Fact, seq: int) -> str:
    """The fact's link: a hash over all it says and the link before, which for a journal's first is its incarnation.

    Fields are told apart by a sign no field holds.
    """
    words = (before, str(seq), fact.op_id, fact.kind, str(fact.version), fact.claim, str(fact.epoch), fact.operator,
             fact.made_at, fact.body)  # fmt: skip
    return hashlib.sha256("\x1f".join(words).encode()).hexdigest()
