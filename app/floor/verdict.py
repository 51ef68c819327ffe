"""What becomes of a fact: it is applied, or set aside for one of a few reasons. Which of those ask for a person."""

from __future__ import annotations

from collections.abc import Mapping

APPLIED, SET_ASIDE = "applied", "set_aside"
ACCEPTED = "accepted"  # late, by a person
CANCELLED, TAKEN_OVER, CLAIM_OVER = "cancelled", "taken_over", "claim_over"

# Kinds that leave nothing for anybody to see to, by why they did not take effect: the claim they speak of has ended
# anyway, the order's goods lie where they lay and its labels are what they were.
_OF_NO_CLAIM = ("StopShown", "StopCleared", "Asked", "Answered", "ModeSet", "JobLeft")
ASKS_NOTHING: Mapping[str, tuple[str, ...]] = {
    TAKEN_OVER: _OF_NO_CLAIM,
    CLAIM_OVER: _OF_NO_CLAIM,
    CANCELLED: ("LabelConfirmed", "ParcelReopened", "PickFinished", "PackFinished", "JobHeld"),
}


def asks(kind: str, reason: str) -> bool:
    """Whether a fact of this kind that was set aside for that reason asks something of somebody."""
    return kind not in ASKS_NOTHING.get(reason, ())
