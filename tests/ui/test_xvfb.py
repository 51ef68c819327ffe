"""Real key events on a real X display: every code is a scan, no button is pressed, every typed letter arrives."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ui.scanner.display import GAP_MS, PERSON_MS, Program, display, lacking, program
from ui.scanner.lesson import TEST_CODE

pytestmark = pytest.mark.skipif(bool(lacking()), reason=f"no X display to type on; Debian's packages: {lacking()}")

CODES = ("4260712345678", "PBUNDO", "DE-1042-2/1", "QWERTZY-azm.17", "0104260712345678")
NOTE = "Box is dented; 2 pcs ok (see photo) - ask Zoe!"
PLACES = ("button", "field", "note", "table")


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    with display() as number:
        yield number


@pytest.fixture(scope="module")
def window(screen: str) -> Iterator[Program]:
    with program(screen, ["-m", "tests.ui.scanner.bench_window"]) as started:
        yield started


@pytest.fixture
def bench(window: Program) -> Iterator[Program]:
    """The window, in front, with nothing scanned yet, before a US keyboard."""
    window.keyboard("us")
    seen = window.ask("wedge", wedge={})
    window.xdotool("windowfocus", "--sync", str(seen["window"]))
    window.until(lambda seen: seen["active"])
    window.ask("forget")
    yield window
    window.keyboard("us")


def scanned(bench: Program, count: int) -> list[str]:
    found: list[str] = bench.until(lambda seen: len(seen["scans"]) >= count)["scans"]
    return found


def nothing_else(bench: Program) -> None:
    """Scans reached no widget."""
    seen = bench.ask()
    untouched = {key: seen[key] for key in ("pressed", "returned", "edited", "hurried", "field", "note", "offers")}
    assert untouched == {
        "pressed": 0, "returned": 0, "edited": 0, "hurried": 0, "field": "", "note": "", "offers": []
    }  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_every_code_is_a_scan_wherever_the_focus_is(bench: Program, place: str) -> None:
    bench.ask("focus", on=place)
    for code in CODES:
        bench.scanner_types(f"{code}\r")
        bench.scanner_follows_the_map(code)
    assert scanned(bench, 2 * len(CODES)) == [code for code in CODES for _ in range(2)]
    nothing_else(bench)
    assert bench.ask()["focus"] == place


@pytest.mark.parametrize("layout", ["de", "fr"])
@pytest.mark.parametrize("place", PLACES)
def test_after_calibration_a_scanner_is_understood_through_another_keyboard_map(
    bench: Program, layout: str, place: str
) -> None:
    bench.keyboard(layout)
    bench.ask("focus", on="button")
    bench.ask("teach")
    bench.scanner_types(f"{TEST_CODE}\r")
    learnt = bench.hear()
    assert (learnt["understood"], learnt["wrong"], learnt["learnt"]["layout"]) == (True, "", layout)
    assert learnt["learnt"]["group"]
    bench.ask("focus", on=place)
    codes = (*CODES, "0104260712345678\x1d10AB")
    for code in codes:
        bench.scanner_types(f"{code}\r")
    assert scanned(bench, len(codes)) == list(codes)
    nothing_else(bench)


@pytest.mark.parametrize("layout", ["de", "fr"])
def test_a_scanner_that_was_set_to_the_computers_map_needs_no_turning(bench: Program, layout: str) -> None:
    bench.keyboard(layout)
    bench.ask("focus", on="field")
    for code in CODES:
        bench.scanner_follows_the_map(code)
    assert scanned(bench, len(CODES)) == list(CODES)
    nothing_else(bench)


@pytest.mark.parametrize("layout", ["us", "de", "fr"])
def test_a_typed_note_keeps_every_character(bench: Program, layout: str) -> None:
    bench.keyboard(layout)
    bench.ask("wedge", wedge={"layout": layout})
    bench.ask("focus", on="note")
    bench.person_types(NOTE)
    assert bench.until(lambda seen: len(seen["note"]) >= len(NOTE))["note"] == NOTE
    bench.person_types("quick", GAP_MS + 5)
    assert bench.until(lambda seen: seen["note"].endswith("quick"))["note"] == f"{NOTE}quick"
    assert bench.ask()["scans"] == []


def test_a_scan_in_the_middle_of_a_note_leaves_the_note_as_it_was(bench: Program) -> None:
    bench.ask("focus", on="field")
    bench.person_types("corner ")
    bench.scanner_types("4260712345678\r")
    bench.person_types("dented")
    assert bench.until(lambda seen: seen["field"].endswith("dented"))["field"] == "corner dented"
    assert bench.ask()["scans"] == ["4260712345678"]


def test_a_person_still_presses_buttons_and_runs_shortcuts_by_keyboard(bench: Program) -> None:
    bench.ask("focus", on="button")
    bench.xdotool("key", "space")
    assert bench.until(lambda seen: seen["pressed"] == 1)["pressed"] == 1
    bench.xdotool("key", "h")
    assert bench.until(lambda seen: seen["hurried"] == 1)["hurried"] == 1
    bench.ask("focus", on="field")
    bench.person_types("h")
    seen = bench.until(lambda seen: seen["field"] == "h")
    assert (seen["field"], seen["hurried"]) == ("h", 1)
    bench.xdotool("key", "Tab")
    assert bench.until(lambda seen: seen["focus"] != "field")["focus"] == "note"


def test_a_scanner_is_heard_while_a_dialog_is_open_and_after_the_window_came_back(bench: Program) -> None:
    seen = bench.ask("dialog")
    bench.xdotool("windowfocus", "--sync", str(seen["dialog"]))
    bench.ask("focus", on="dialog")
    bench.scanner_types("PBHELP\r")
    assert scanned(bench, 1) == ["PBHELP"]
    assert bench.ask()["pressed"] == 0
    bench.ask("undo_dialog")
    bench.ask("minimise")
    seen = bench.ask("restore")
    bench.xdotool("windowfocus", "--sync", str(seen["window"]))
    bench.until(lambda seen: seen["active"])
    bench.scanner_types("PBUNDO\r")
    assert scanned(bench, 2) == ["PBHELP", "PBUNDO"]
    nothing_else(bench)


def test_half_a_code_is_offered_and_reaches_no_field(bench: Program) -> None:
    bench.ask("focus", on="field")
    bench.scanner_types("4260712")
    assert bench.until(lambda seen: seen["offers"])["offers"] == ["4260712"]
    bench.scanner_types("\r")
    assert scanned(bench, 1) == ["4260712"]
    assert bench.ask()["field"] == ""


def test_two_scanners_with_a_prefix_that_speak_at_once_are_told_and_not_taken(bench: Program) -> None:
    bench.ask("wedge", wedge={"prefix": "~"})
    bench.ask("focus", on="field")
    bench.scanner_types("~4260~7123712\r345678\r")
    assert bench.until(lambda seen: seen["mixes"])["mixes"] == ["~4260~7123712345678"]
    seen = bench.ask()
    assert (seen["scans"], seen["field"], seen["pressed"]) == ([], "", 0)
    bench.xdotool("sleep", "0.5")  # sooner than any hand it would be taken for a rest of the mix, and offered
    bench.scanner_types("~4260712345678\r")
    assert scanned(bench, 1) == ["4260712345678"]


def test_letters_made_with_dead_keys_are_the_persons_own(bench: Program) -> None:
    bench.keyboard("fr")
    bench.ask("wedge", wedge={"layout": "fr"})
    bench.ask("focus", on="note")
    bench.person_types("for", PERSON_MS)
    bench.xdotool("key", "--delay", str(PERSON_MS), "dead_circumflex", "e", "space", "dead_diaeresis", "i", "eacute")
    assert bench.until(lambda seen: len(seen["note"]) >= 7)["note"] == "forê ïé"


def test_a_key_held_down_repeats_in_the_field_and_is_no_code(bench: Program) -> None:
    bench.ask("wedge", wedge={"gap_ms": 30})  # the standard: a held key repeats every 40 ms
    bench.ask("focus", on="field")
    bench.xdotool("keydown", "x", "sleep", "1.2", "keyup", "x")
    seen = bench.until(lambda seen: len(seen["field"]) > 5)
    assert set(seen["field"]) == {"x"}
    assert (seen["scans"], seen["offers"]) == ([], [])
