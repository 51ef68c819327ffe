"""What a person would scan to pick and pack a shipment, written down beforehand: played, nothing has to wait."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from app.bench import shop
from app.db import open_database
from app.settings import Settings
from app.station.answer import Answer
from app.station.station import Station

# After so many items the last one is taken back and scanned again.
_UNDO_EVERY = 10
_MOST = 100_000


@dataclass(frozen=True, slots=True)
class Script:
    """Scans behind the one that opens the shipment, up to the close that prints the label."""

    shipment: str
    pick: tuple[str, ...]
    pack: tuple[str, ...]

    @property
    def scans(self) -> int:
        return len(self.pick) + len(self.pack)


def rehearse(home: Path, shipment: str) -> Script:
    """Does the whole shipment once on a copy of the shop, one scan at a time, and says what was scanned."""
    stage = shop.copied(home, home / "rehearsal")
    with (
        closing(open_database(shop.url(stage))) as database,
        closing(
            Station.open(stage / "bench", database, shop.STATION, settings=Settings(question_timeout_s=60))
        ) as bench,
    ):
        assert bench.sign_in(shop.BADGE).message == "signed_in"
        script = Script(shipment, tuple(_followed(bench, shipment)), tuple(_followed(bench, shipment)))
    shutil.rmtree(stage)
    return script


def _followed(bench: Station, shipment: str) -> list[str]:
    """Scans that lead from the opening to the end of the job, or to its first label."""
    codes: list[str] = []

    def scan(code: str) -> Answer:
        codes.append(code)
        answer = bench.scan(code)
        assert answer.outcome in ("ok", "done"), answer
        return answer

    answer, items = bench.scan(shipment), 0
    assert answer.state not in ("idle", "finished"), answer
    while answer.state not in ("idle", "finished", "awaiting_label"):
        assert len(codes) < _MOST, answer
        code = answer.next[0]
        before, answer = answer, scan(code)
        items += answer.done > before.done or answer.message == "item_taken"
        if items and items % _UNDO_EVERY == 0 and answer.state == before.state:
            items += 1
            scan("PBUNDO")
            answer = scan(code)
    return codes
