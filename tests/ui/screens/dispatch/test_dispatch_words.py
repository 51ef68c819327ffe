"""What the dock says at each act, without a window."""

from __future__ import annotations

import pytest

from app.floor.picture.dispatch import DispatchPicture
from app.floor.work import Message
from ui.context import Words
from ui.screens.dispatch.presenter import shown

EN, DE = Words("en"), Words("de")
LOADED = ("DE-2-1/1", "DE-1-1/1")


def at(act: str, **more: object) -> DispatchPicture:
    return DispatchPicture(act, "RKP", "H1", LOADED, LOADED[:1], **more)  # type: ignore[arg-type]


def test_the_next_thing_names_the_carrier_and_counts_what_is_loaded_of_all() -> None:
    said = shown(at("parcel"), EN, "Rotkehlchen Paket", 3)
    assert (said.next.title, said.next.done, said.next.of) == ("Scan a parcel for Rotkehlchen Paket", 2, 5)
    assert said.chips == (("done", "2 loaded"), ("none", "3 still here"))
    assert said.counted == "2 of 5 loaded"


def test_while_nobody_knows_what_waits_there_is_no_total() -> None:
    said = shown(at("parcel"), EN)
    assert (said.carrier, said.next.of, said.counted) == ("RKP", 0, "")


def test_with_all_on_board_the_next_thing_is_to_hand_over() -> None:
    assert shown(at("parcel"), EN, "Rotkehlchen Paket", 0).next.title == "Hand over to Rotkehlchen Paket"


def test_closing_is_asked_with_what_would_leave() -> None:
    said = shown(at("close"), EN, "Rotkehlchen Paket", 1)
    assert (said.next.verb, said.next.title) == ("Sure?", "Hand 2 parcels to Rotkehlchen Paket?")
    assert "PBCLOSE again" in said.next.detail


def test_what_must_come_off_is_listed_with_its_reason() -> None:
    picture = DispatchPicture("unload", "RKP", unload=(("DE-9-1/1", Message("refused_cancelled")),))
    said = shown(picture, EN)
    assert said.next.title == "Take these parcels off"
    assert [(one.parcel, one.state) for one in said.unload] == [("DE-9-1/1", "stop")]
    assert said.unload[0].detail


@pytest.mark.parametrize("act", ["carrier", "parcel", "take_off", "close", "asked", "unload", "stopped", "finished"])
def test_every_act_has_its_words_in_both_languages(act: str) -> None:
    for words in (EN, DE):
        said = shown(at(act), words, "Rotkehlchen Paket", 3)
        assert said.next.verb
        assert said.next.title
        assert "{" not in said.next.verb + said.next.title + said.next.detail
        assert not said.next.title.startswith("screens_dock")
