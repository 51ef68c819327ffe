"""What a code means beyond the job in hand, from the station's cache: no scan asks the shared database."""

from __future__ import annotations

import re

from app.base.ids import SCAN_LETTERS
from app.station.cache import Cache

# Our own ids tell what they are even for work that lies elsewhere.
_JOB = re.compile(rf"[A-Z0-9]+-[A-Z0-9.]+-[0-9]+|PBJ[{SCAN_LETTERS}]{{8}}")
_PARCEL = re.compile(r"([A-Z0-9]+-[A-Z0-9.]+-[0-9]+)/([0-9]{1,6})")


class Beyond:
    """The resolver's Context. Who or where a job or a parcel of other work is, only the shared database knows."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def products(self, codes: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
        return self._cache.products(codes)

    def name(self, sku: str) -> tuple[str, str]:
        return self._cache.name(sku)

    def bin(self, code: str) -> str | None:
        return self._cache.named("bin", code)

    def tote(self, code: str) -> str | None:
        return self._cache.named("tote", code)

    def carrier(self, code: str) -> str | None:
        return self._cache.named("carrier", code)

    def badge(self, code: str) -> str | None:
        found = self._cache.operator(code)
        return found.badge if found else None

    def job(self, code: str) -> str | None:
        """The shipment of a job held here; of any other the code itself, if it has a job's form and nothing else's."""
        for work in self._cache.work():
            for job in work.packet.jobs:
                if code in (job.shipment, job.job_code):
                    return job.shipment
        return code if _JOB.fullmatch(code) and not self.products((code,)) and self.bin(code) is None else None

    def label(self, code: str) -> tuple[str, int] | None:
        found = _PARCEL.fullmatch(code)
        return (found[1], int(found[2])) if found else None
