"""Sheets of codes: every symbol reads back, words in the reader's language, badges of a card's size, cut lines."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from datetime import datetime
from functools import partial

import pypdfium2
import pytest

from app.base.errors import NotFound
from app.base.ids import scan_code
from app.base.wording import known, languages, word
from app.db import Database
from app.floor import cards
from app.floor.papers.code_cards import BADGE, COMMANDS, KEYS, PLATE, TAG, Card, CardSize, card_sheet, command_sheet
from app.floor.papers.words import Words
from tests.printers.scripts import needs_font
from tests.small_site import build, ship
from tests.zpl_render.renderer import read_symbols

german: Words = partial(word, language="de")


def pages(data: bytes, dots: float = 8) -> Iterator[bytes]:
    document = pypdfium2.PdfDocument(data)
    try:
        for page in document:
            out = io.BytesIO()
            page.render(scale=dots * 25.4 / 72).to_pil().convert("L").save(out, "PNG")
            yield out.getvalue()
    finally:
        document.close()


def said(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def codes(data: bytes) -> list[str]:
    symbols = list(itertools.chain.from_iterable(read_symbols(page) for page in pages(data)))
    assert {symbol.format for symbol in symbols} <= {"Code128"}
    return [symbol.text for symbol in symbols]


def test_every_command_stands_on_the_sheet_with_its_words_and_its_key() -> None:
    needs_font("Latin")
    sheet = command_sheet(german)
    read = codes(sheet)
    assert set(read) == {f"PB{name.upper()}" for name in COMMANDS} | {str(n) for n in range(1, 13)}
    assert [read.count(str(n)) for n in (1, 2, 3, 4)] == [3, 3, 3, 1]
    text = said(sheet)
    for name in COMMANDS:
        assert german(f"sheets.command.{name}") in text
    assert set(KEYS.values()) <= set(text.split())


@pytest.mark.parametrize("language", languages())
def test_every_command_has_words_in_every_language(language: str) -> None:
    for name in COMMANDS:
        assert known(f"sheets.command.{name}", language)
        assert known(f"sheets.hint.{name}", language)


@pytest.mark.parametrize("size", [BADGE, PLATE, TAG], ids=["badge", "plate", "tag"])
def test_every_card_reads_back_and_none_is_lost_between_pages(size: CardSize) -> None:
    needs_font("Latin")
    some = [Card(f"Tote {n}", scan_code("PBT"), "", "LEJ") for n in range(size.columns * size.rows + 1)]
    sheet = card_sheet(some, size, "Totes")
    assert sorted(codes(sheet)) == sorted(card.code for card in some)
    assert len(list(pages(sheet, 1))) == 2
    for card in some:
        assert card.title in said(sheet)


def test_a_badge_has_the_size_of_a_card_and_its_cut_lines() -> None:
    needs_font("Latin", "Han")
    assert (BADGE.width, BADGE.height) == (85.6, 54.0)
    some = [Card("田中 結衣", "PBPICKER", "Packer"), Card("Amina Diallo", "PBCHIEF", "Supervisor")]
    [page] = pages(card_sheet(some, BADGE, "Badges"))
    from PIL import Image

    picture = Image.open(io.BytesIO(page))
    left, top = (210 - 2 * 85.6) / 2, (297 - 5 * 54.0) / 2
    for x in (left, left + 85.6, left + 2 * 85.6):
        assert (
            picture.crop((round(x * 8) - 2, round((top - 2) * 8), round(x * 8) + 3, round(top * 8))).getextrema()[0]
            < 200
        )
    assert picture.crop((0, round((top + 60) * 8), picture.width, picture.height - 40)).getextrema()[0] > 200


def test_equal_cards_make_equal_bytes() -> None:
    needs_font("Latin")
    assert card_sheet([Card("A", "PBOK")], TAG, "t") == card_sheet([Card("A", "PBOK")], TAG, "t")


@pytest.fixture
def house(database: Database, now: datetime) -> Database:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 2)], now)
    return database


@pytest.mark.parametrize("name", cards.SHEETS)
def test_each_sheet_is_made_from_what_the_house_has(house: Database, name: str) -> None:
    needs_font("Latin")
    with house.read() as tx:
        assert codes(cards.sheet(tx, name, warehouse="LEJ", language="de"))


def test_a_job_code_leads_to_its_job(house: Database) -> None:
    with house.read() as tx:
        from app.shipments import store as shipments

        job = shipments.get(tx, ["DE-1-1"])["DE-1-1"].job_code
        assert codes(cards.sheet(tx, "jobs")) == [job]
        with pytest.raises(NotFound):
            cards.sheet(tx, "jobs", warehouse="SZX")
