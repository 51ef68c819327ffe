"""Numbers a station may give out without asking: SSCCs and tracking numbers, leased in blocks."""

from __future__ import annotations

from datetime import datetime

from app.base.ids import gs1_check_digit
from app.db import Tx
from app.site import store
from app.site.site import Lease


def lease(tx: Tx, kind: str, owner: str, station: str, size: int, now: datetime) -> Lease:
    """`size` numbers (fewer at a range's end) that no other station will ever get; Conflict when all are used up."""
    return store.lease_numbers(tx, kind, owner, station, size, now)


def sscc(prefix: str, serial: int) -> str:
    """18 digits: extension and company prefix, serial reference, check digit (GS1 General Specifications 3.2)."""
    body = prefix + str(serial).zfill(17 - len(prefix))
    if len(body) != 17 or not body.isdigit():
        raise ValueError(f"SSCC prefix {prefix!r} and serial {serial}: {len(body)} digits, expected 17")
    return body + gs1_check_digit(body)


def tracking(prefix: str, serial: int) -> str:
    return f"{prefix}{serial:010d}"
