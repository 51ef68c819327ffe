"""What lies at a bench is its own account's alone to read."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path

import pytest

from app.station.journal.file import connect, opened

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no such rights there")


def rights(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_journal_is_its_own_accounts_alone_and_one_made_before_becomes_so(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        file = tmp_path / "journal.db"
        with closing(opened(file, "S1")):
            assert {rights(one) for one in tmp_path.iterdir()} == {0o600}
        file.chmod(0o644)
        with closing(connect(file, query_only=True)):
            assert rights(file) == 0o644  # who only looks changes nothing
        with closing(opened(file, "S1")):
            assert rights(file) == 0o600
    finally:
        os.umask(before)
