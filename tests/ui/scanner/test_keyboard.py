"""Through whatever keyboard map the keys come: what the scanner read is what is meant."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.station.profile import Wedge
from tests.ui.scanner.keyboards import NAMED, played, scans
from ui.scanner.keyboard import GS, LAYOUTS, meant
from ui.scanner.keys import CONTROL, told
from ui.scanner.lesson import TEST_CODE, learn
from ui.scanner.wedge import Key, ScanBuffer

SIGNS = "".join(LAYOUTS["us"])
# What Ctrl and the key of `]` makes under each map: GS by itself only where the key types `]`.
GROUP = {"us": "\x1d", "de": "⌃+", "fr": "⌃$", "fr_caps": "⌃$"}


@pytest.fixture(autouse=True)
def nothing_is_left() -> None:
    """No window here to leave anything behind."""


def arrives(code: str, layout: str, caps: bool = False, gap: float = 4.0, at: float = 0.0) -> list[Key]:
    """The keys that a computer with that map makes of what a US scanner presses."""
    through = {there: here for here, there in LAYOUTS[layout].items()}
    keys = []
    for n, letter in enumerate(code):
        when = at + n * gap
        if letter == GS:
            text = through["]"]
            key = Key(GS if layout == "us" else text, ord(text), when, mods=CONTROL)
        elif letter == "\n":
            key = Key("\n", ord("J"), when, mods=CONTROL)
        elif letter in NAMED:
            key = Key(letter, NAMED[letter], when)
        else:
            text = through.get(letter, letter)
            text = text.swapcase() if caps and text.swapcase().swapcase() == text else text
            key = Key(text, ord(text), when)
        keys += [key, replace(key, at=when + gap / 2, down=False)]
    return keys


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("caps", [False, True])
def test_every_key_of_a_scanner_is_read_back_through_every_map(layout: str, caps: bool) -> None:
    wedge = Wedge(layout, caps=caps)
    for sign in SIGNS:
        arrived = arrives(sign, layout, caps)[0].text
        assert meant(arrived, wedge) == sign, arrived


@pytest.mark.parametrize("layout", ["us", "de", "fr"])
@pytest.mark.parametrize("caps", [False, True])
@pytest.mark.parametrize("prefix", ["", "~", "F9"])
@pytest.mark.parametrize("end", ["\r", "\t", "\r\n", ""])
def test_one_scan_of_the_test_code_teaches_all_there_is_to_know(layout: str, caps: bool, prefix: str, end: str) -> None:
    learnt = learn(arrives(prefix + TEST_CODE + end, layout, caps))
    through = "".join(key.text for key in arrives(prefix, layout, caps) if key.down)
    assert learnt.understood
    assert (learnt.wrong, learnt.ends, learnt.aim, learnt.quick) == ("", end, False, True)
    assert learnt.wedge == Wedge(layout, through, GROUP[layout], caps, 30, end or "\r\n\t")


@pytest.mark.parametrize("layout", ["us", "de", "fr"])
@given(code=st.text(SIGNS + GS, min_size=4, max_size=40).map(lambda code: f"A{code}B"))
def test_what_was_learnt_reads_any_code(layout: str, code: str) -> None:
    wedge = learn(arrives(f"{TEST_CODE}\r", layout)).wedge
    buffer = ScanBuffer(wedge.prefix, wedge.group, wedge.gap_ms, wedge.ends)
    out = played(buffer, arrives(f"{code}\r\n", layout))
    assert [meant(text, wedge) for text in scans(out)] == [code]


@pytest.mark.parametrize(
    ("stands", "group"), [("<GS>", "<GS>"), ("~", "~"), ("␝", "␝"), ("", "")], ids=["spelled", "sign", "symbol", "lost"]
)
def test_whatever_stands_for_the_separator_is_learnt(stands: str, group: str) -> None:
    before, after = TEST_CODE.split(GS)
    learnt = learn(arrives(f"{before}{stands}{after}\r", "us"))
    assert learnt.understood
    assert learnt.wedge.group == group
    assert learnt.group_is_plain == (stands == "~")
    if stands:
        assert meant(f"0104260712345678{stands}10AB", learnt.wedge) == f"0104260712345678{GS}10AB"


def test_alt_and_digits_stand_for_the_separator_where_a_scanner_types_them_so() -> None:
    before, after = TEST_CODE.split(GS)
    alt = [Key(digit, ord(digit), 100 + n, mods=0x08000000) for n, digit in enumerate("029")]
    keys = [*arrives(before, "us"), *alt, *arrives(f"{after}\r", "us", at=110)]
    learnt = learn(keys)
    assert learnt.wedge.group == "".join(map(told, alt)) == "⎇0⎇2⎇9"
    out = played(ScanBuffer(group=learnt.wedge.group), keys)
    assert [meant(text, learnt.wedge) for text in scans(out)] == [TEST_CODE]


def test_the_symbol_kind_a_scanner_sends_is_no_prefix() -> None:
    learnt = learn(arrives(f"]C0{TEST_CODE}\r", "de"))
    assert (learnt.aim, learnt.behind, learnt.wedge.prefix, learnt.wedge.layout) == (True, "", "", "de")
    before = learn(arrives(f"~]C0{TEST_CODE}\r", "us"))
    assert (before.aim, before.behind, before.wedge.prefix) == (True, "", "~")
    behind = learn(arrives(f"]C0~{TEST_CODE}\r", "us"))
    assert (behind.aim, behind.behind, behind.wedge.prefix) == (True, "~", "")


def test_a_sign_that_got_lost_is_named_and_the_rest_is_learnt() -> None:
    keys = [key for key in arrives(f"{TEST_CODE}\r", "de") if key.text != "´"]
    learnt = learn(keys)
    assert (learnt.understood, learnt.wedge.layout) == (True, "de")
    assert "=" in learnt.wrong


def test_another_code_teaches_nothing() -> None:
    before = Wedge("fr", prefix="~")
    learnt = learn(arrives("04260712345678ABC\r", "us"), before)
    assert (learnt.understood, learnt.wedge) == (False, before)
    assert learnt.arrived == "04260712345678ABC"


def test_a_slow_scanner_is_said_to_need_a_prefix() -> None:
    slow = learn(arrives(f"{TEST_CODE}\r", "us", gap=70))
    assert (slow.quick, slow.gap_ms, slow.wedge.gap_ms) == (False, 70, 80)
