"""Whether what a job needs is there, said before it starts rather than when its label is wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.station.printing.spool import PrinterState


@dataclass(frozen=True, slots=True)
class Ready:
    """`device`: labels | papers | line. `key` are its words, `values` fill them in."""

    device: str
    ok: bool
    key: str
    values: Mapping[str, object] = field(default_factory=dict)


def readiness(printers: Sequence[PrinterState], line: str) -> tuple[Ready, ...]:
    """`line`: what is wrong with the way to the shared database, as a code; empty: nothing."""
    found = []
    for device, document in (("labels", "parcel_label"), ("papers", "packing_slip")):
        printer = next(p for p in printers if document in p.documents)
        if why := printer.trouble or printer.says:
            found.append(Ready(device, False, f"station.printer.{why}"))
        elif printer.waiting:
            found.append(Ready(device, True, "station.ready.waiting", {"n": printer.waiting}))
        else:
            found.append(Ready(device, True, "station.ready.printer"))
    if line:
        found.append(Ready("line", False, "station.ready.away" if line == "away" else "station.ready.unsent"))
    else:
        found.append(Ready("line", True, "station.ready.line"))
    return tuple(found)
