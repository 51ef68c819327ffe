"""`packbench sheet`: a file for each sheet, in the language of whoever asks."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2
import pytest

from app.floor.cards import SHEETS
from tests.command import run
from tests.demo_shop import Shop
from tests.printers.scripts import needs_font


@pytest.mark.parametrize("name", SHEETS)
def test_each_sheet_becomes_a_file(demo: Shop, tmp_path: Path, name: str) -> None:
    needs_font("Latin", "Han")
    file = tmp_path / "new" / f"{name}.pdf"
    code, out, errors = run(demo.env, "sheet", name, "--out", str(file), "--warehouse", "SZX", "--json")
    assert code == 0, errors
    assert json.loads(out)["file"] == str(file)
    assert len(pypdfium2.PdfDocument(file)) >= 1


def test_the_words_are_in_the_language_of_whoever_asks(demo: Shop, tmp_path: Path) -> None:
    needs_font("Latin")
    with demo.reading() as read:
        badge = read("SELECT badge FROM operator WHERE language = 'de' ORDER BY badge")[0]["badge"]
    file = tmp_path / "c.pdf"
    assert run(demo.env, "sheet", "commands", "--out", str(file), "--operator", badge)[0] == 0
    assert "Zurücknehmen" in pypdfium2.PdfDocument(file)[0].get_textpage().get_text_range()


def test_an_unknown_sheet_is_wrong_usage_and_the_known_ones_are_named(demo: Shop) -> None:
    code, _, errors = run(demo.env, "sheet", "posters")
    assert code == 2
    assert "badges" in errors
