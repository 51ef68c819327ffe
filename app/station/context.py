"""What a code means beyond the job in hand, from the station's cache: no scan asks the shared database."""

from __future__ import annotations

from app.station.cache import Cache


class Beyond:
    """The resolver's Context. Shipments and labels of other work are the shared database's to know."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def products(self, codes: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
        return self._cache.products(codes)

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
        for work in self._cache.work():
            for job in work.packet.jobs:
                if code in (job.shipment, job.job_code):
                    return job.shipment
        return None

    def label(self, code: str) -> tuple[str, int] | None:
        return None
