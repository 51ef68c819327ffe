"""The program's own window under real key events: every code a scan, whatever screen and control has the keyboard."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo_shop import DATABASE
from tests.ui.scanner.display import Program, display, lacking, program
from ui.navigation import place
from ui.scanner.lesson import TEST_CODE

pytestmark = pytest.mark.skipif(bool(lacking()), reason=f"no X display to type on; Debian's packages: {lacking()}")

# Asked and answered on any screen without changing what is in hand.
CODES = ("4260712345678", "PBHELP", "DE-9999-1/2", "QWERTZY-azm.17")


@pytest.fixture(scope="module")
def started(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    home = tmp_path_factory.mktemp("window")
    shutil.copytree(demo_template, home / "home")
    url = f"sqlite:///{home / 'home' / DATABASE}"
    with display() as number, program(number, ["-m", "tests.ui.scanner.real_window", url, str(home)]) as window:
        seen = window.ask()
        window.xdotool("windowfocus", "--sync", str(seen["window"]))
        window.until(lambda seen: seen["active"])
        window.scanner_types("PBCHIEF\r")
        assert window.until(lambda seen: seen["operator"])["operator"]
        yield window


@pytest.fixture
def window(started: Program) -> Iterator[Program]:
    """Somebody is signed in, the keyboard is a US one, nothing was scanned yet."""
    started.keyboard("us")
    started.ask("wedge", profile={})
    started.until(lambda seen: seen["kept"] == seen["heard"])
    started.ask("forget")
    yield started
    started.keyboard("us")


def all_kept(window: Program, codes: tuple[str, ...]) -> None:
    seen = window.until(lambda seen: len(seen["scans"]) >= len(codes) and seen["kept"] == seen["heard"])
    assert seen["scans"] == list(codes)
    assert seen["kept"] == seen["heard"]


@pytest.mark.parametrize(
    ("screen", "control"),
    [("work_list", "button"), ("orders", "field"), ("orders", "table"), ("cases", "field"), ("cases", "table"),
     ("settings", "field"), ("settings", "button"), ("settings", "slider"), ("print_queue", "button")],
)  # fmt: skip
def test_on_every_screen_each_code_is_a_scan_and_no_control_hears_of_it(
    window: Program, screen: str, control: str
) -> None:
    if place(screen) is None:
        pytest.skip(f"there is no screen {screen} yet")
    for code in CODES:
        window.ask("go", to=screen)
        there = window.ask("focus", on=control)["there"]
        if not there:
            pytest.skip(f"{screen} has no {control} at this point")
        before = window.ask()
        window.scanner_types(f"{code}\r")
        window.until(lambda seen, n=before["kept"]: seen["kept"] > n)
        window.ask("go", to=screen)
        window.ask("focus", on=control)
        assert window.ask()["field"] == before["field"]
    all_kept(window, CODES)


@pytest.mark.parametrize("layout", ["us", "de", "fr"])
def test_what_a_person_types_arrives_whole(window: Program, layout: str) -> None:
    if place("settings") is None:
        pytest.skip("there is no screen with a text field yet")
    window.keyboard(layout)
    window.ask("go", to="settings")
    if not window.ask("focus", on="field")["there"]:
        pytest.skip("settings have no text field")
    window.xdotool("key", "ctrl+a", "Delete")
    note = "serial:///dev/ttyACM0 (left), ask Zoe & Max!"
    window.person_types(note)
    assert window.until(lambda seen: seen["field"] == note)["field"] == note
    assert window.ask()["scans"] == []
    window.xdotool("key", "ctrl+a", "Delete")


@pytest.mark.parametrize("layout", ["de", "fr"])
def test_calibrated_on_its_screen_a_scanner_is_read_through_another_keyboard_map(window: Program, layout: str) -> None:
    if place("calibration") is None:
        pytest.skip("there is no calibration screen")
    window.keyboard(layout)
    window.ask("go", to="settings")
    window.ask("focus", on="field")  # where a dead key would wait for its letter
    window.ask("go", to="calibration")
    window.scanner_types(f"{TEST_CODE}\r")
    # A key is held until it is clear that it begins no test code; then it is what it was meant for.
    window.xdotool("sleep", "1", "key", "k")
    learnt = window.until(lambda seen: seen["layout"] == layout)
    assert learnt["layout"] == layout
    assert learnt["scans"] == []
    window.ask("patience")
    window.ask("go", to="orders")
    codes = (*CODES, "0104260712345678\x1d10AB")
    for code in codes:
        window.scanner_types(f"{code}\r")
    all_kept(window, codes)


def test_half_a_code_is_said_in_the_window_and_taken_with_enter(window: Program) -> None:
    window.ask("go", to="orders")
    window.scanner_types("4260712")
    assert "4260712" in window.until(lambda seen: seen["notice"])["notice"]
    window.scanner_types("\r")
    all_kept(window, ("4260712",))
