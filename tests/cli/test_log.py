"""The program's log has its lines filled in, and nobody's data in them."""

from __future__ import annotations

import logging
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import assume, given
from hypothesis import strategies as st

from app.base.errors import DatabaseAway, NotLetIn
from app.base.wording import known
from app.cli.bug import LOG, watching


def told(home: Path) -> list[str]:
    """The lines without their times; where an error came through is left out."""
    return [line.partition(": ")[2] for line in (home / LOG).read_text("utf-8").splitlines()[1::2]]


def test_a_line_is_filled_with_benches_kinds_and_counts_and_an_error_by_its_kind_alone(tmp_path: Path) -> None:
    (tmp_path / "stations" / "S1").mkdir(parents=True)
    (tmp_path / "stations" / "S2@0f3e8a1c").mkdir()
    said = logging.getLogger("app.station.sync.sync")
    with watching(tmp_path):
        said.warning("%s: %s: %s", "S1", "login_refused", NotLetIn('for user "ada"', kind="login_refused", why="ada"))
        said.warning("%s: %s: %s", "S1", "away", DatabaseAway("ada@example.org"))
        said.warning("%s: fact %d set aside", "S2", 7)
        said.warning("%s is %s", "Ada Lovelace", KeyError("ada@example.org"))
        said.warning("nothing to fill in: 100 %")
    assert told(tmp_path) == [
        "S1: login_refused: login_refused",
        "S1: away: database_away",
        "S2: fact 7 set aside",
        "… is KeyError",
        "nothing to fill in: 100 %",
    ]


@given(st.text() | st.sampled_from(["Jane", "ada", "Ada_L", "S1", "DE-1042", "+4915112345678", "10115"]))
def test_no_word_gets_in_by_its_looks(word: str) -> None:
    assume(not known(f"error.{word}") and not known(f"station.why.{word}"))  # those are words of ours
    with TemporaryDirectory() as home, watching(Path(home)):
        logging.getLogger("app.odd").warning("for %s", word)
        assert told(Path(home)) == ["for …"]


def test_what_parts_of_others_put_into_words_themselves_stands_there_by_its_place(tmp_path: Path) -> None:
    with watching(tmp_path):
        logging.getLogger("asyncio").error("never retrieved: KeyError('Jane')")
        logging.getLogger("urllib3").warning("%s of %s went wrong", 3, "Jane")
    place, filled = told(tmp_path)
    assert place.startswith("test_log.py:")
    assert filled == "3 of … went wrong"
