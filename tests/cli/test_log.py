"""The program's log has its lines filled in, and nobody's data in them."""

from __future__ import annotations

import logging
from pathlib import Path

from app.base.errors import NotLetIn
from app.cli.bug import LOG, watching


def test_a_line_is_filled_with_words_and_counts_of_ours_and_an_error_by_its_kind_alone(tmp_path: Path) -> None:
    said = logging.getLogger("app.station.sync")
    with watching(tmp_path):
        said.warning("%s: %s: %s", "S1", "login_refused", NotLetIn('for user "ada"', kind="login_refused", why="ada"))
        said.warning("%s: fact %d set aside", "S2", 7)
        said.warning("%s is %s", "Ada Lovelace", KeyError("ada@example.org"))
        said.warning("nothing to fill in: 100 %")
    lines = (tmp_path / LOG).read_text("utf-8").splitlines()
    assert [line.partition(": ")[2] for line in lines[1::2]] == [
        "S1: login_refused: login_refused",
        "S2: fact 7 set aside",
        "… is KeyError",
        "nothing to fill in: 100 %",
    ]
