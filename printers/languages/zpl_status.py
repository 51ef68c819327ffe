"""What a ZPL printer answers to ~HS (host status). Pure.

Three lines, each between STX and ETX: twelve, eleven and two values with commas. Source of the places: ZPL II
Programming Guide, "~HS Host Status Return".
"""

import re

from printers.status import PrinterStatus

QUERY = b"~HS"
_LINE = re.compile(rb"\x02([^\x02\x03]*)\x03")


def complete(answer: bytes) -> bool:
    """Whether all three lines are there."""
    return len(_LINE.findall(answer)) >= 3


def parse_status(answer: bytes) -> PrinterStatus | None:
    """The status, or None when the answer isn't one."""
    lines = [line.decode("ascii", "replace").split(",") for line in _LINE.findall(answer)[:3]]
    if len(lines) < 2 or len(lines[0]) < 12 or len(lines[1]) < 9:
        return None
    first, second = lines[0], lines[1]
    return PrinterStatus(
        paper_out=first[1] == "1",
        paused=first[2] == "1",
        buffer_full=first[5] == "1",
        head_too_hot=first[11] == "1",
        head_open=second[2] == "1",
        ribbon_out=second[3] == "1",
    )
