"""One line of an order's timeline: what happened, to what of it, by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Entry:
    """`subject`: order, shipment or parcel id. `by`: badge, rule, shop or station.

    `detail`: ids, codes, numbers only. `source`: the fact or act it came from.
    """

    order_id: str
    subject: str
    event: str
    by: str
    detail: Mapping[str, object] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """An entry as it stands in the timeline."""

    id: str
    at: str
    entry: Entry
