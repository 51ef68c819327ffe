"""What is printed to be scanned, read from the shared database: sheets by their name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from app.base.errors import NotFound
from app.base.wording import FALLBACK, word
from app.catalog import store as catalog
from app.db import Tx
from app.floor import playbook
from app.floor.papers.code_cards import BADGE, PLATE, TAG, Card, CardSize, card_sheet, command_sheet
from app.floor.papers.words import Words
from app.shipments import store as shipments
from app.shipments.totes import store as totes
from app.site import store as site

SHEETS = ("commands", "badges", "jobs", "totes", "bins", "cartons", "steps")
# What is on its way through the house has a job code that somebody may have to scan; a page of listing at a time.
_IN_WORK = ("ready", "picking", "picked", "packing", "packed")
_PAGE = 500


def sheet(tx: Tx, name: str, *, warehouse: str = "", language: str = FALLBACK) -> bytes:
    """The sheet of that name as a PDF, for one warehouse or all. NotFound when there is nothing to print on it."""
    words: Words = partial(word, language=language)
    if name == "commands":
        return command_sheet(words)
    made, size = _CARDS[name]
    cards = made(tx, warehouse, words, language)
    if not cards:
        raise NotFound(f"no {name} in {warehouse or 'any warehouse'}", kind="nothing_to_print", warehouse=warehouse)
    return card_sheet(cards, size, words(f"sheets.{name}.title"))


def _badges(tx: Tx, warehouse: str, words: Words, language: str) -> list[Card]:
    company = site.company(tx).name
    return [Card(o.name, o.badge, words(f"sheets.role.{o.role}"), company) for o in site.operators(tx)]


def _jobs(tx: Tx, warehouse: str, words: Words, language: str) -> list[Card]:
    cards = []
    for state in _IN_WORK:
        after = ""
        while page := shipments.listing(tx, state=state, limit=_PAGE, after=after):
            after = page[-1].id
            cards += [
                Card(s.id, s.job_code, words("sheets.jobs.detail", units=s.units, country=s.country), s.warehouse)
                for s in page
                if warehouse in ("", s.warehouse)
            ]
    return sorted(cards, key=lambda card: card.title)


def _totes(tx: Tx, warehouse: str, words: Words, language: str) -> list[Card]:
    found = totes.totes(tx).items()
    return [Card(code, scan, "", place) for code, (scan, place) in found if warehouse in ("", place)]


def _bins(tx: Tx, warehouse: str, words: Words, language: str) -> list[Card]:
    cards = []
    for place in [warehouse] if warehouse else sorted(site.warehouses(tx)):
        walk = sorted(catalog.bins(tx, place).items(), key=lambda bin_: bin_[1])
        cards += [Card(code, code, "", place) for code, _ in walk]
    return cards


def _cartons(tx: Tx, warehouse: str, words: Words, language: str) -> list[Card]:
    cards = []
    for c in catalog.cartons(tx):
        across = " × ".join(str(side) for side in (c.size.length, c.size.width, c.size.height))
        cards.append(Card(c.name, c.scan, f"{across} mm", c.code))
    return cards


def _steps(tx: Tx, warehouse: str, words: Words, language: str) -> list[Card]:
    cards = []
    for step in playbook.steps():
        said, title = _in(step.words, language), _in(step.title, language)
        cards.append(Card(title or said, step.code, said if title else ""))
    return cards


def _in(by_language: Mapping[str, str], language: str) -> str:
    return by_language.get(language) or by_language.get(FALLBACK, "")


_Made = Callable[[Tx, str, Words, str], list[Card]]
_CARDS: Mapping[str, tuple[_Made, CardSize]] = {
    "badges": (_badges, BADGE),
    "jobs": (_jobs, PLATE),
    "totes": (_totes, PLATE),
    "bins": (_bins, TAG),
    "cartons": (_cartons, PLATE),
    "steps": (_steps, PLATE),
}
