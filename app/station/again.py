"""A label once more, asked for at the print queue: the same scans that a packer would make, and no way round them.

The queue knows a paper by its key; what has to be scanned before the act depends on what the bench has in hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.floor import bench
from app.floor.packet import Box
from app.floor.work import Message, Seen, SeenCommand, SeenJob, SeenLabel, SeenNumber
from app.floor.workflows import parcels
from app.station.hand import Hand
from app.station.journal.records import PrintKey

# Choosing the job, ending another mode, choosing the label, the act, its reason: no act takes more.
LONGEST = 5
DONE = frozenset({"label_reprinted", "label_recreated"})


@dataclass(frozen=True, slots=True)
class Wish:
    """`reason`: the number of a reprint's reason. A label made anew is asked for twice: the bench asks back."""

    key: PrintKey
    shipment: str
    act: Literal["reprint", "recreate"]
    reason: int = 0


def next_scan(hand: Hand, wish: Wish, said: str) -> Seen | Message:
    """What to scan next for the wish, or why it can't be done here. `said`: the message the last scan of it brought."""
    subject, _, issue, _ = wish.key
    if wish.shipment not in {job.shipment for job in hand.work.packet.jobs}:
        return Message("other_job_first", {"job": hand.view.job or hand.work.packet.jobs[0].shipment})
    box = _box(hand, wish)
    if box is None or box.issue != issue or box.state == parcels.OPEN:
        return Message("label_not_current", {"parcel": subject})
    asked = hand.view.standing
    if wish.act == "recreate" and asked and asked.id == "void_again" and asked.values.get("n") == box.n:
        return SeenCommand("PBVOID", "void")
    view = bench.view(bench.calm(hand.state))
    waits = view.state == "awaiting_label"
    if wish.act == "reprint" and view.mode == "reprint" and (waits or said == "reprint_why"):
        return SeenNumber(str(wish.reason), wish.reason)
    if waits:  # here a label's code would confirm it
        if view.parcel != subject:
            return Message("other_label_first", {"parcel": view.parcel})
    elif view.job != wish.shipment:
        return SeenJob(wish.shipment, wish.shipment)
    elif view.mode == "reopen":
        return SeenCommand("PBREOPEN", "reopen")
    elif said not in ("label_chosen", "reprint_why"):
        # The readable id alone would do at the bench too; with its issue it can't be taken for a void label's.
        return SeenLabel(subject, wish.shipment, box.n, box.issue)
    if wish.act == "recreate":
        return SeenCommand("PBVOID", "void")
    return SeenCommand("PBREPRINT", "reprint")


def _box(hand: Hand, wish: Wish) -> Box | None:
    n = int(wish.key[0].rpartition("/")[2])
    boxes = bench.tally(hand.state).boxes.get(wish.shipment, ())
    return next((box for box in boxes if box.n == n), None)
