"""Keys of a scanner are taken, keys of a person are given back, and none is lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.scanner.keyboards import mixes, offers, played, scans, settled, strokes, typed
from ui.scanner.keys import CONTROL
from ui.scanner.wedge import LONGEST, Key, ScanBuffer

LETTERS = "ERTUIOPSDFGHJKLXCVBN0123456789-/. "
CODES = st.text(LETTERS, min_size=2, max_size=40).filter(lambda code: code.strip() != "")
NOTES = st.text("abcdefghijklmnop ,.\b", min_size=1, max_size=20)


@pytest.fixture(autouse=True)
def nothing_is_left() -> None:
    """No window here to leave anything behind."""


def test_a_burst_with_its_enter_is_a_scan_and_nothing_of_it_is_typed() -> None:
    out = played(ScanBuffer(), strokes("4260712345678\r", 0, 3))
    assert (scans(out), typed(out)) == (["4260712345678"], "")


@pytest.mark.parametrize("end", ["\r", "\n", "\t", "\r\n"])
def test_enter_tab_and_cr_lf_each_end_a_code_once(end: str) -> None:
    out = played(ScanBuffer(), strokes(f"PBUNDO{end}", 0, 4))
    assert (scans(out), typed(out)) == (["PBUNDO"], "")


def test_only_the_ends_that_were_set_end_a_code() -> None:
    out = played(ScanBuffer(ends="\t"), strokes("4260712\r", 0, 4))
    assert scans(out) == []
    assert scans(played(ScanBuffer(ends="\t"), strokes("4260712\t", 0, 4))) == ["4260712"]


def test_codes_that_follow_each_other_without_a_pause_are_each_a_scan() -> None:
    out = played(ScanBuffer(), strokes("CODE1\rCODE2\rCODE2\r", 0, 2))
    assert scans(out) == ["CODE1", "CODE2", "CODE2"]


def test_a_lone_enter_goes_where_it_was_meant_for_at_once() -> None:
    buffer = ScanBuffer()
    assert typed(buffer.feed(strokes("\r", 500, 5)[0])) == "\r"
    assert buffer.patience is None


@pytest.mark.parametrize("gap", [31, 35, 60, 120, 400])
def test_a_typists_every_key_is_given_back_in_order_however_quick(gap: int) -> None:
    note = "Box is dented, 2 pcs ok\r"
    out = played(ScanBuffer(), strokes(note, 0, gap))
    assert (typed(out), scans(out), offers(out)) == (note, [], [])


def test_a_typist_whose_fingers_roll_now_and_then_is_no_scanner() -> None:
    note, at, keys = "the string thing\r", 0.0, []
    for n, letter in enumerate(note):
        at += 18 if n % 4 else 90
        keys += strokes(letter, at, 10)
    out = played(ScanBuffer(), keys)
    assert (typed(out), scans(out)) == (note, [])


def test_a_key_held_down_repeats_and_each_repeat_is_typed() -> None:
    keys = [Key("a", 65, 0)] + [Key("a", 65, 250 + 33 * n, repeat=True) for n in range(30)]
    out = played(ScanBuffer(), keys)
    assert typed(out) == "a" * 31
    fast = played(ScanBuffer(), [Key("a", 65, 0)] + [Key("a", 65, 5 + 5 * n, repeat=True) for n in range(50)])
    assert (typed(fast), scans(fast), offers(fast)) == ("a" * 51, [], [])


def test_a_scanner_stuck_on_one_code_gives_that_code_each_time() -> None:
    assert scans(played(ScanBuffer(), strokes("42607\r" * 200, 0, 2))) == ["42607"] * 200


def test_a_scanner_gone_mad_is_told_and_fills_no_memory() -> None:
    buffer = ScanBuffer()
    out = played(buffer, strokes("7" * (LONGEST * 12), 0, 2))
    assert scans(out) == typed(out).split() == []
    assert 2 <= len(mixes(out)) < 10
    assert max(map(len, mixes(out))) <= LONGEST + 1


def test_a_release_of_what_a_scan_took_reaches_no_widget() -> None:
    buffer = ScanBuffer()
    out = played(buffer, strokes("4260\r", 0, 4, hold=70))
    assert scans(out) == ["4260"]
    assert [key for key in settled(out) if key.text == "\r" and not key.down]
    assert typed(out) == ""


def test_a_code_of_two_characters_is_taken_and_one_character_counts_as_typed() -> None:
    assert scans(played(ScanBuffer(), strokes("A1\r", 0, 4))) == ["A1"]
    assert typed(played(ScanBuffer(), strokes("7\r", 0, 4))) == "7\r"


def test_a_radio_scanner_may_hiccup_once_in_a_code() -> None:
    keys = strokes("4260712", 0, 5) + strokes("345678\r", 110, 5)
    assert scans(played(ScanBuffer(), keys)) == ["4260712345678"]


# Half codes ---------------------------------------------------------------------------------------------------


def test_half_a_code_is_offered_and_not_typed() -> None:
    out = played(ScanBuffer(), strokes("4260712", 0, 4))
    assert (offers(out), scans(out), typed(out)) == (["4260712"], [], "")


def test_enter_takes_the_half_code_that_was_offered() -> None:
    out = played(ScanBuffer(), strokes("4260712", 0, 4) + strokes("\r", 2000, 5))
    assert (scans(out), typed(out)) == (["4260712"], "")


def test_codes_right_after_a_half_one_that_was_taken_are_scans_again() -> None:
    """Each was doubted for the sake of the one before, for as long as nobody paused a second."""
    keys = strokes("4260712", 0, 4) + strokes("\r", 300, 5)
    for n, code in enumerate(("PBUNDO", "4260712345678", "DE-1042-1")):
        keys += strokes(f"{code}\r", 500 + n * 400, 4)
    out = played(ScanBuffer(), keys)
    assert (scans(out), offers(out)) == (["4260712", "PBUNDO", "4260712345678", "DE-1042-1"], ["4260712"])


def test_a_doubt_ends_a_second_after_it_arose_however_quickly_codes_come() -> None:
    keys = strokes("4260712", 0, 4)
    for n in range(5):
        keys += strokes("PBUNDO\r", 400 + n * 400, 4)
    out = played(ScanBuffer(), keys)
    assert scans(out)[-3:] == ["PBUNDO"] * 3


def test_an_enter_long_after_means_something_else() -> None:
    out = played(ScanBuffer(), strokes("4260712", 0, 4) + strokes("\r", 20_000, 5))
    assert (scans(out), typed(out)) == ([], "\r")


def test_escape_drops_what_is_offered() -> None:
    out = played(ScanBuffer(), strokes("4260712", 0, 4) + strokes("\x1b", 2000, 5) + strokes("\r", 2500, 5))
    assert (scans(out), typed(out)) == ([], "\r")


def test_scanning_again_takes_the_whole_code_once() -> None:
    for wait in (300, 2000):
        out = played(ScanBuffer(), strokes("4260712", 0, 4) + strokes("4260712345678\r", wait, 4))
        assert (scans(out), typed(out)) == (["4260712345678"], "")


def test_the_second_half_of_a_torn_code_is_never_taken_for_a_code() -> None:
    out = played(ScanBuffer(), strokes("4260712", 0, 4) + strokes("345678\r", 400, 4))
    assert (scans(out), offers(out), typed(out)) == ([], ["4260712", "4260712345678"], "")


def test_who_types_on_gets_a_burst_back_that_was_no_scan() -> None:
    out = played(ScanBuffer(), strokes("asdfjk", 0, 15) + strokes("l ok", 600, 120))
    assert (typed(out), scans(out)) == ("asdfjkl ok", [])


def test_half_a_code_does_not_turn_up_in_a_note_that_is_begun_later() -> None:
    out = played(ScanBuffer(), strokes("4260712", 0, 4) + strokes("dented", 5000, 120))
    assert typed(out) == "dented"


# A prefix -----------------------------------------------------------------------------------------------------


def test_with_a_prefix_a_slow_scanner_is_known_and_the_prefix_is_no_part_of_the_code() -> None:
    out = played(ScanBuffer("~"), strokes("~4260712\r", 0, 70))
    assert scans(out) == ["4260712"]


def test_a_prefix_typed_by_a_person_is_given_back() -> None:
    assert typed(played(ScanBuffer("~"), strokes("~ about 5", 0, 150))) == "~ about 5"


def test_without_the_prefix_timing_still_knows_a_scanner() -> None:
    assert scans(played(ScanBuffer("~"), strokes("4260712\r", 0, 4))) == ["4260712"]


def test_a_prefix_may_be_a_control_character() -> None:
    keys = [Key("\x02", ord("B"), 0, mods=CONTROL), *strokes("4260\r", 4, 4)]
    assert scans(played(ScanBuffer("\x02"), keys)) == ["4260"]
    assert typed(played(ScanBuffer(), keys[:1])) == "\x02"


def test_a_separator_that_arrives_as_ctrl_and_a_letter_stays_in_the_code() -> None:
    group = [Key("\x1d", ord("]"), 20, mods=CONTROL)]
    assert scans(played(ScanBuffer(), strokes("01234", 0, 4) + group + strokes("10AB\r", 24, 4))) == ["01234\x1d10AB"]
    german = [Key("+", ord("+"), 20, mods=CONTROL)]
    out = played(ScanBuffer(group="⌃+"), strokes("01234", 0, 4) + german + strokes("10AB\r", 24, 4))
    assert scans(out) == ["01234⌃+10AB"]


@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 40), st.data())
def test_two_prefixed_scanners_at_once_are_never_a_code(a: int, b: int, start: int, data: st.DataObject) -> None:
    """Wherever the second begins within the first."""
    first = strokes("~" + "1" * a + "\r", 0, 4)
    second = strokes("~" + "2" * b + "\r", data.draw(st.floats(0.1, 4 * (a + 1) - 0.1)), 4)
    out = played(ScanBuffer("~"), sorted(first + second, key=lambda key: key.at))
    assert scans(out) == []
    assert len(mixes(out)) == 1
    assert typed(out) == ""


@given(
    st.lists(
        st.lists(
            st.tuples(st.text("ABC12", min_size=2, max_size=10), st.sampled_from([1, 3, 8]), st.floats(400, 900)),
            min_size=1,
            max_size=4,
        ),
        min_size=1,
        max_size=2,
    ),
    st.data(),
)
def test_with_a_prefix_whatever_is_taken_was_a_code_that_one_scanner_read(
    scanners: list[list[tuple[str, int, float]]], data: st.DataObject
) -> None:
    """Two of them at any times, torn codes included; a hand needs 0.4 s from code to code."""
    keys, read = [], set()
    for codes in scanners:
        at = data.draw(st.floats(0, 300))
        for code, gap, wait in codes:
            read.add(code)
            torn = data.draw(st.integers(-20, len(code)))
            made = strokes(f"~{code}\r", at, gap)
            if torn >= 0:  # its second half comes late
                made = [replace(key, at=key.at + 130) if n > 2 * torn else key for n, key in enumerate(made)]
            keys += made
            at = made[-1].at + wait
    out = played(ScanBuffer("~"), sorted(keys, key=lambda key: key.at))
    assert set(scans(out)) <= read


def test_with_a_prefix_an_enter_behind_two_mixed_codes_takes_no_half_code_that_was_offered_before() -> None:
    half = strokes("~AB1", 0, 4)
    mix = strokes("~112", 700, 3) + strokes("~", 714, 3)
    out = played(ScanBuffer("~"), half + mix + strokes("\r", 850, 3))
    assert scans(out) == []


# Nothing is lost ----------------------------------------------------------------------------------------------


@given(st.lists(st.one_of(st.tuples(st.just("scan"), CODES), st.tuples(st.just("note"), NOTES)), max_size=12),
       st.sampled_from(["", "~"]), st.integers(1, 28), st.integers(32, 300))  # fmt: skip
def test_scans_and_typing_one_after_the_other_are_told_apart(
    acts: list[tuple[str, str]], prefix: str, quick: int, slow: int
) -> None:
    at, keys = 0.0, []
    for kind, text in acts:
        made = strokes(f"{prefix}{text}\r", at, quick) if kind == "scan" else strokes(text, at, slow)
        keys += made
        at = made[-1].at + 150
    out = played(ScanBuffer(prefix), keys)
    assert scans(out) == [text for kind, text in acts if kind == "scan"]
    assert typed(out) == "".join(text for kind, text in acts if kind == "note")


KEYS = st.lists(
    st.tuples(
        st.sampled_from([*"ab1 ~", "\r", "\t", "\b", "\x1b"]),
        st.sampled_from([0.5, 2, 4, 20, 29, 40, 90, 150, 700, 3000]),
        st.sampled_from([0.3, 1, 5, 50, 200]),
        st.booleans(),
    ),
    max_size=60,
)


@given(KEYS, st.sampled_from(["", "~", "~1"]), st.sampled_from(["\r\n\t", "\r", ""]))
def test_any_keys_at_any_times_each_find_exactly_one_place(
    drawn: list[tuple[str, float, float, bool]], prefix: str, ends: str
) -> None:
    at, keys = 0.0, []
    for letter, gap, hold, repeat in drawn:
        at += gap
        pair = strokes(letter, at, 1, hold)
        keys += [Key(k.text, k.code, k.at, down=k.down, repeat=repeat and k.down, token=object()) for k in pair]
    keys.sort(key=lambda key: key.at)
    buffer = ScanBuffer(prefix, ends=ends)
    out = played(buffer, keys)
    out += buffer.give_up()
    found = settled(out)
    assert Counter(id(key.token) for key in found) == Counter(id(key.token) for key in keys)
    presses = [key.at for one in out for key in getattr(one, "keys", ()) if type(one).__name__ == "Typed" and key.down]
    assert presses == sorted(presses), "what was typed kept its order"


@given(CODES, NOTES, st.integers(2, 20), st.integers(20, 200), st.floats(0, 500))
def test_a_scanner_in_the_middle_of_a_persons_typing_loses_no_key(
    code: str, note: str, quick: int, slow: int, start: float
) -> None:
    keys = sorted(strokes(f"{code}\r", start, quick) + strokes(note, 0, slow), key=lambda key: key.at)
    buffer = ScanBuffer()
    out = played(buffer, keys)
    out += buffer.give_up()
    arrived = Counter(key.text for key in settled(out) if key.down)
    assert arrived == Counter(f"{code}\r{note}")


def test_times_that_run_backwards_end_a_burst_and_lose_nothing() -> None:
    buffer = ScanBuffer()
    out = played(buffer, strokes("abc", 5000, 4) + strokes("def", 10, 4))
    assert typed(out) == "abcdef"


def test_a_separator_nobody_has_taught_yet_does_not_tear_a_code_in_two() -> None:
    for stroke in (Key("+", ord("+"), 28, mods=CONTROL), Key("", 0x01000037, 28)):
        out = played(ScanBuffer(), [*strokes("0142607", 0, 4), stroke, *strokes("10AB\r", 32, 4)])
        assert len(scans(out)) == 1
        assert scans(out)[0].startswith("0142607")
        assert typed(out) == ""


def test_a_shortcut_goes_its_way_at_once_and_a_correction_ends_a_run() -> None:
    buffer = ScanBuffer()
    assert typed(buffer.feed(Key("", ord("D"), 0, mods=CONTROL))) == ""
    assert buffer.patience is None
    assert typed(played(ScanBuffer(), strokes("ab\bcdefgh", 0, 20))) == "ab\b"
