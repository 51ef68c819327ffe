"""Calibration: one scan teaches, says plainly what can't work, and is kept for the bench."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO

import pypdfium2 as pdfium
import pytest
import zxingcpp
from PIL import Image
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.base.wording import known
from app.station.profile import Wedge
from tests.ui.scanner.keyboards import types
from tests.ui.scanner.test_keyboard import arrives
from ui.context import Context, Words
from ui.scanner.filter import ScannerFilter
from ui.scanner.keyboard import GS
from ui.scanner.lesson import TEST_CODE, learn
from ui.screens.calibration.presenter import RowShown, found
from ui.screens.calibration.presenter import shown as named

# The offscreen screen says so of every window with a smallest size.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def rows(code: str, layout: str = "us", language: str = "en", **how: object) -> dict[str, RowShown]:
    learnt = learn(arrives(code, layout, **how))  # type: ignore[arg-type]
    assert learnt.understood
    words = Words(language)
    names = {words(f"screens_scan.row.{name}"): name for name in
             ("map", "caps", "prefix", "end", "group", "speed", "signs", "aim")}  # fmt: skip
    return {names[row.title]: row for row in found(learnt, words)}


def troubles(told: dict[str, RowShown]) -> set[str]:
    return {name for name, row in told.items() if row.severity == "warn"}


@pytest.mark.parametrize("language", ["en", "de"])
def test_each_trouble_is_named_with_what_to_do(language: str) -> None:
    before, after = TEST_CODE.split(GS)
    assert troubles(rows(f"{TEST_CODE}\r", language=language)) == set()
    assert troubles(rows(f"{TEST_CODE}\r", "de", language)) == set()
    assert troubles(rows(TEST_CODE, language=language)) == {"end"}
    assert troubles(rows(f"{before}{after}\r", language=language)) == {"group"}
    assert troubles(rows(f"{before}|{after}\r", language=language)) == {"group"}
    assert troubles(rows(f"X{TEST_CODE}\r", language=language)) == {"prefix"}
    assert troubles(rows(f"{TEST_CODE}\r", language=language, gap=90.0)) == {"prefix", "speed"}
    assert troubles(rows(f"{TEST_CODE}\r", "us", language, caps=True)) == {"caps"}
    assert troubles(rows(f"]C0{TEST_CODE}\r", language=language)) == set()
    assert troubles(rows(f"]C0~{TEST_CODE}\r", language=language)) == {"aim"}
    for told in (rows(f"{TEST_CODE}\r", "fr", language), rows(TEST_CODE, language=language)):
        assert all(row.advice and "{" not in row.advice.replace("[ {", "") for row in told.values())


def test_keys_that_type_nothing_are_shown_by_the_names_people_know() -> None:
    assert named("⌃+") == "Ctrl +"
    assert named("⎇0⎇2⎇9") == "Alt 0 2 9"
    assert named("⟨1000037⟩") == "F8"
    assert named("\x1d") == "GS"
    assert named("\r\n") == "Enter LF"


def test_every_word_of_the_screen_is_there_in_both_languages() -> None:
    for language in ("en", "de"):
        for name in ("map", "caps", "prefix", "end", "group", "speed", "signs", "serial"):
            assert known(f"screens_scan.waiting.{name}", language)
        for state in ("scan", "well", "limits"):
            assert all(known(f"screens_scan.calibration.{state}{part}", language) for part in ("", "_verb", "_detail"))


@pytest.fixture
def scanner(qapp: object) -> Iterator[ScannerFilter]:
    made = ScannerFilter(Wedge())
    yield made
    made.deleteLater()


@pytest.fixture
def view(scanner: ScannerFilter, shown: Callable[..., QWidget], qtbot: QtBot) -> Iterator[QWidget]:
    made = shown("calibration")
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.presenter.entered()  # type: ignore[attr-defined]
    yield made
    made.presenter.left()  # type: ignore[attr-defined]


def scans(view: QWidget, code: str) -> None:
    types(view.windowHandle(), f"{code}\r")


def codes_in(picture: Image.Image) -> list[str]:
    return [found.bytes.decode("latin-1") for found in zxingcpp.read_barcodes(picture.convert("L"))]


def test_the_code_on_the_screen_is_the_test_code(view: QWidget) -> None:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    view.barcode.grab().save(buffer, "PNG")  # type: ignore[attr-defined]
    assert codes_in(Image.open(BytesIO(bytes(data.data())))) == [TEST_CODE]


def test_a_scan_of_it_is_learnt_and_kept_and_nothing_is_scanned_meanwhile(
    view: QWidget, scanner: ScannerFilter, context: Context, qtbot: QtBot
) -> None:
    scanned: list[object] = []
    scanner.scanned.connect(scanned.append)
    with qtbot.waitSignal(scanner.taught):
        scans(view, f"~{TEST_CODE}")
    view.presenter.keep()  # type: ignore[attr-defined]
    assert context.profile.wedge == Wedge("us", "~", GS, gap_ms=30, ends="\r")
    assert "scan" in view.rows.said().lower()  # type: ignore[attr-defined]
    with qtbot.waitSignal(scanner.taught):
        scans(view, "~4260712345678")
    assert "4260712345678" in view.presenter._tried  # type: ignore[attr-defined]
    assert scanned == []


def test_another_code_is_shown_as_it_arrived_and_changes_nothing(
    view: QWidget, scanner: ScannerFilter, context: Context, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(scanner.taught):
        scans(view, "4260712345678")
    assert "4260712345678" in view._block.said()  # type: ignore[attr-defined]
    view.presenter.keep()  # type: ignore[attr-defined]
    assert context.profile.wedge == Wedge()


def test_the_key_of_an_act_works_while_scans_are_lessons(
    view: QWidget, scanner: ScannerFilter, context: Context, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(scanner.taught):
        scans(view, TEST_CODE)
    QTest.keyClick(view.windowHandle(), Qt.Key.Key_K)
    qtbot.waitUntil(lambda: context.profile.wedge.group == GS)


def test_when_the_screen_is_left_codes_are_scanned_again(view: QWidget, scanner: ScannerFilter, qtbot: QtBot) -> None:
    view.presenter.left()  # type: ignore[attr-defined]
    with qtbot.waitSignal(scanner.scanned) as scanned:
        scans(view, "4260712345678")
    assert scanned.args == ["4260712345678"]


@pytest.mark.parametrize("size", [(936, 512), (1278, 668), (1812, 950)])
def test_printed_and_on_screens_of_any_size_the_code_is_whole(
    view: QWidget, context: Context, qtbot: QtBot, size: tuple[int, int]
) -> None:
    view.resize(*size)
    assert view.barcode.width() >= view.barcode.sizeHint().width()  # type: ignore[attr-defined]
    view.presenter.print_()  # type: ignore[attr-defined]
    folder = context.folder / "papers"
    qtbot.waitUntil(lambda: bool(list(folder.glob("test-code-*.pdf"))))
    file = next(folder.glob("test-code-*.pdf"))
    with pdfium.PdfDocument(file.read_bytes()) as pages:
        page = pages[0]
        picture = page.render(scale=4).to_pil()
        page.close()
    assert codes_in(picture) == [TEST_CODE]
    qtbot.waitUntil(lambda: str(folder) in view._block.said())  # type: ignore[attr-defined]
