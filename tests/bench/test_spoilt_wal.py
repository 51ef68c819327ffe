"""The simulated floor strikes the WAL of its journals, and notices when nobody else does."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from app.bench.simulation import disk
from app.bench.simulation.report import held, report
from app.station.journal import journal as journals
from app.station.journal import wal
from app.station.journal.journal import FILE
from tests.bench.test_simulation import ran
from tests.station.journal.test_wal import killed


def test_whatever_the_simulated_disk_spoils_of_a_wal_can_be_told_from_a_commit_cut_short(tmp_path: Path) -> None:
    folder, _ = killed(tmp_path)
    (folder / f"{FILE}-shm").unlink()
    whole = disk.bytes_of(disk.wal(folder / FILE))
    places = set()
    for seed in range(60):
        shutil.copytree(folder, tmp_path / "spoilt")
        file = tmp_path / "spoilt" / FILE
        disk.spoil_wal(file, random.Random(seed))
        now = disk.bytes_of(disk.wal(file))
        sector = next(n for n in range(0, len(now), 512) if now[n : n + 512] != whole[n : n + 512])
        first = next(n for n in range(sector, sector + 512) if now[n] != whole[n])
        places.add("head" if first < 32 else "frame" if (first - 32) % (24 + wal.PAGE) < 24 else "page")
        assert wal.spoilt(file)
        shutil.rmtree(tmp_path / "spoilt")
    assert places == {"head", "frame", "page"}


def test_a_bench_that_believes_a_spoilt_wal_is_found_out_in_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journals, "require_kept", lambda _path, _station: None)
    for seed in (1, 2, 3):
        figures = report(ran(seed, 1.0, benches=3, rate=3.0))
        if not held(figures):
            break
    assert figures["lost"], figures["first"]
    assert figures["faults_by_kind"]["wal_spoilt"]
