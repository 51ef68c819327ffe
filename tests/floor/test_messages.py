"""What a bench says: every message has words in every language, a severity, and a sound no other severity has."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

from app.base.wording import known, languages, word
from app.floor import bench, facts, messages
from app.floor.messages import MESSAGES, SOUNDS
from app.floor.work import Message, units
from app.floor.workflows import label
from tests.floor import goods
from tests.floor.goods import Station, numbers_of

ROOT = Path(__file__).parents[2]
SOURCES = [*(ROOT / "app/floor/workflows").glob("*.py"), ROOT / "app/floor/bench.py"]
PARTS = {
    "any_free_tote", "from_city", "from_city_one", "parcel_because", "some_of", "wanted_instead",
    *(f"{thing}_{how}" for thing in ("parcels", "jobs", "pieces") for how in ("one", "many")),
    *(f"unreadable_{why}" for why in ("empty", "too_long", "undecodable", "control_characters")),
    *(f"reason_{why}" for why in label.REPRINT_REASONS.values()),
    *(f"refused_{why}" for why in ("cancelled", "held", "unlabelled", "wrong_carrier", "already_loaded",
                                   "unknown_parcel", "closed")),
    *(f"undone_{kind}" for kind in ("StopReached", "StopSkipped", "ItemTaken", "ToteBound", "ItemPlaced",
                                    "ParcelStarted", "CartonChosen", "ItemPacked", "ItemTakenOut", "ItemShifted",
                                    "StepConfirmed", "ModeSet")),
}  # fmt: skip


def said() -> set[str]:
    """Every plain string in the workflows that is a message's id: what they can say."""
    found: set[str] = set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def test_every_severity_has_a_sound_of_its_own() -> None:
    assert set(SOUNDS) == {"ok", "done", "warn", "stop"}
    assert len(set(SOUNDS.values())) == len(SOUNDS)
    assert all(entry.sound == SOUNDS[entry.severity] for entry in MESSAGES.values())


def test_every_message_in_the_table_can_be_said() -> None:
    dynamic = {id_ for id_ in MESSAGES if id_.startswith(("help_", "load_"))}
    assert set(MESSAGES) - said() - dynamic == set()


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_whatever_the_workflows_say_is_in_the_table(source: Path) -> None:
    text = source.read_text("utf-8")
    called = re.findall(
        r'(?:\b_?say\((?:[\w.]+, )?|waiting\.(?:stop|ask)\(\s*\w+, [\w.]+, \w+, |Message\(|Step\(say\([\w.]+, )"(\w+)"',
        text,
    )
    assert set(called) - PARTS <= set(MESSAGES)


@pytest.mark.parametrize("language", languages())
def test_every_message_has_words_in_every_language(language: str) -> None:
    keys = [*(f"floor.message.{id_}" for id_ in MESSAGES), *(f"floor.part.{id_}" for id_ in sorted(PARTS))]
    assert [key for key in keys if not known(key, language)] == []


@pytest.mark.parametrize("id_", sorted(MESSAGES))
def test_a_message_uses_the_same_values_in_every_language(id_: str) -> None:
    def fields(language: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(word(f"floor.message.{id_}", language)) if name}

    kept = {f"{{{name}}}" for name in fields("en")}
    assert all({f"{{{name}}}" for name in fields(language)} == kept for language in languages())


def test_undo_has_words_for_every_fact_it_can_take_back() -> None:
    from app.floor.workflows import waiting

    final = {kind.__name__ for kind in (*waiting.FINAL, *waiting.PASSING)} | {"Undone"}
    assert {f"undone_{kind}" for kind in facts.KINDS if kind not in final} <= PARTS


def said_in(language: str, station: Station, *codes: str) -> str:
    return messages.text(station.scans(*codes).message, language)


def test_a_wrong_item_is_named_as_everywhere_else_with_its_variant_and_with_what_is_wanted() -> None:
    slate, tee, stray = "9521234001027", "9521234001164", "9521234001775"
    cart = Station(goods.cart())
    said = said_in("en", cart, "A-01", slate)
    assert said == "Wrong item: Stoneware cup, slate. Not counted. Wanted: Stoneware cup, sand"
    standing = bench.view(cart.state).standing  # as it is shown again after a restart
    assert standing
    assert messages.text(standing, "en") == said
    said = said_in("de", Station(goods.simple()), tee)
    assert said == "Falscher Artikel: T-shirt, ecru, M. Nicht gezählt. Nötig: Stoneware cup, sand"
    assert said_in("en", Station(goods.bulk_pack()), stray) == "Wrong item: Stray thing. Not counted"


def test_one_of_a_thing_is_not_told_as_several() -> None:
    ready = ("9521234001164", "PBXLLL", "PBOK", "PBCLOSE", numbers_of(1)[0])
    said = said_in("en", Station(goods.bulk_pack()), *ready)
    assert said == "DE-1-1 done: 1 parcel. To do: 2 jobs"
    assert said_in("de", Station(goods.bulk_pack()), *ready) == "DE-1-1 fertig: 1 Paket. Noch 2 Aufträge"
    assert [messages.text(units("parcels", n), "en") for n in (0, 1, 2)] == ["0 parcels", "1 parcel", "2 parcels"]


@pytest.mark.parametrize(("language", "free"), [("en", "any free one"), ("de", "irgendeine freie")])
def test_until_a_shipment_has_a_tote_any_free_one_will_do_and_then_its_own_is_named(language: str, free: str) -> None:
    cup, held = "9521234001010", Station(goods.cart())
    assert free in said_in(language, held, "A-01", cup, "A-02")
    assert free in said_in(language, held, "PBEXIT")
    assert "T01" in said_in(language, held, "PBTONE", cup, "A-02")


def test_words_inside_words_and_texts_by_language_are_resolved() -> None:
    message = Message("step_done", {"step": {"en": "Wrap it", "de": "Einwickeln"}})
    assert messages.text(message, "de") == "Erledigt: Einwickeln"
    unreadable = Message("unreadable", {"reason": Message("unreadable_empty")})
    assert messages.text(unreadable, "en") == "Not readable: nothing was sent. Scan again"
