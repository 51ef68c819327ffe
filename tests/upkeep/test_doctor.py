"""`doctor` says what is there, and fails for what packing needs and lacks."""

from __future__ import annotations

import socket
from contextlib import closing
from pathlib import Path

import pytest

from app.base.wording import known
from app.db import open_database
from app.upkeep import doctor
from app.upkeep.doctor import Found, examine
from tests.demo_shop import Shop


def examined(shop: Shop, *printers: str) -> dict[str, Found]:
    with closing(open_database(shop.url)) as database:
        return {
            f.what: f for f in examine(database, home=shop.home, stations=shop.home / "stations", printers=printers)
        }


def test_a_machine_that_can_pack_lacks_nothing_it_needs(demo: Shop) -> None:
    found = examined(demo, demo.printer)
    assert found["database"].ok
    assert found[f"printer {demo.printer}"].ok
    assert found["disk"].ok
    assert all(known(f"upkeep.doctor.{f.say}", language) for f in found.values() for language in ("en", "de"))


def test_a_printer_that_answers_is_told_from_one_that_does_not(demo: Shop) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        assert examined(demo, url)[f"printer {url}"].ok
    found = examined(demo, url)[f"printer {url}"]
    assert (found.ok, found.needed, found.say) == (False, True, "printer_away")


def test_a_folder_that_is_a_file_is_no_printer(demo: Shop, tmp_path: Path) -> None:
    file = tmp_path / "paper"
    file.touch()
    assert not examined(demo, file.as_uri())[f"printer {file.as_uri()}"].ok
    assert examined(demo, "nonsense")["printer nonsense"].say == "printer_unknown"


def test_a_database_that_is_not_there_is_needed(tmp_path: Path) -> None:
    with closing(open_database(f"sqlite:///{tmp_path / 'none.db'}")) as database:
        found = {f.what: f for f in examine(database, home=tmp_path, stations=tmp_path / "s", printers=())}
    assert (found["database"].ok, found["database"].say, found["database"].needed) == (False, "database_empty", True)


def test_a_script_without_a_font_is_named(demo: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "missing_scripts", lambda text: ("Han",) if "深" in text else ())
    found = examined(demo)
    assert (found["font Han"].ok, found["font Latin"].ok) == (False, True)
    assert found["font Han"].values["package"] == "fonts-wqy-microhei"


def test_a_damaged_journal_is_found(demo: Shop) -> None:
    folder = demo.home / "stations" / "S1"
    folder.mkdir(parents=True)
    (folder / "journal.db").write_bytes(b"not a journal" * 100)
    found = examined(demo)["journal S1"]
    assert (found.ok, found.needed) == (False, True)
