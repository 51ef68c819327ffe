"""The label on the screen is the label on the parcel: same text, same symbols, black on white in every theme."""

from __future__ import annotations

import io
from functools import partial

import pytest
from PIL import Image as Picture
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.base.wording import word
from app.floor.papers.parcel_label import ParcelLabel, parcel_label
from printers import Barcode, Label, Text
from tests.printers.scripts import needs_font
from tests.zpl_render.renderer import Symbol, read_symbols
from ui.look import theme
from ui.widgets.label_preview import LabelPreview, drawn

SSCC, TRACKING = "342607128000010428", "CE482071355DE"


def label(*recipient: str) -> Label:
    value = ParcelLabel(
        parcel="DE-1042-1/1", order="1042", shipment="DE-1042-1", number=1, of=2, carrier="Gelbe Post",
        service="Premium", sscc=SSCC, tracking=TRACKING, demo=True, sender=("Lumenhaus", "Leipzig"),
        recipient=recipient or ("Amina Diallo", "Rue de la Paix 1"), country="Japan", country_code="JP",
        weight_g=2608, issue=1, copy=1, job="PBJERTUIOPS", date="2026-11-22",
    )  # fmt: skip
    return parcel_label(value, partial(word, language="en"))


def png(picture: QPixmap) -> bytes:
    held = QByteArray()
    out = QBuffer(held)
    out.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(out, "PNG")
    return bytes(held.data())


def dots(picture: QPixmap) -> Picture.Image:
    return Picture.open(io.BytesIO(png(picture))).convert("L")


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_every_symbol_reads_back_from_the_screen(qapp: QApplication, ratio: float) -> None:
    needs_font("Latin")
    assert set(read_symbols(png(drawn(label(), 416, ratio)))) == {
        Symbol("Code128", TRACKING),
        Symbol("Code128", f"00{SSCC}"),
    }


@pytest.mark.parametrize("script", ["Han", "Arabic"])
def test_a_name_in_any_script_stands_where_it_is_printed(qapp: QApplication, script: str) -> None:
    """The screen's ink and the page's ink fill the same box."""
    import pypdfium2

    from printers.languages import pdf
    from tests.printers.scripts import LETTERS

    needs_font(script)
    page = Label(100, 20, [Text(LETTERS[script], 5, 5, 90, 8, weight="bold")])
    document = pypdfium2.PdfDocument(pdf.render([page]))
    printed = document[0].render(scale=8 * 25.4 / 72).to_pil().convert("L")
    document.close()
    boxes = [p.point(lambda grey: 255 if grey < 128 else 0).getbbox() for p in (dots(drawn(page, 800, 1.0)), printed)]
    assert boxes[0] == pytest.approx(boxes[1], abs=2)


@pytest.mark.parametrize("name", ["light", "dark", "contrast"])
def test_the_label_is_black_on_white_in_every_theme(qapp: QApplication, qtbot: QtBot, name: str) -> None:
    before = theme.look()
    theme.apply(qapp, name, 100, 1366)
    try:
        preview = LabelPreview()
        qtbot.addWidget(preview)
        preview.resize(418, 626)
        preview.show_(label())
        seen = dots(preview.grab()).crop((2, 2, 416, 624))
    finally:
        theme.apply(qapp, before.theme, before.scale, before.width)
    histogram = seen.histogram()
    assert seen.getpixel((1, 1)) == 255
    assert sum(histogram[:40]) + sum(histogram[216:]) > 0.9 * seen.width * seen.height


def test_what_stands_on_the_label_is_said_to_whoever_cannot_see_it(qapp: QApplication, qtbot: QtBot) -> None:
    preview = LabelPreview()
    qtbot.addWidget(preview)
    preview.show_(label("田中 結衣"))
    said = preview.accessibleDescription()
    assert "田中 結衣" in said
    assert "CE 482 071 355 DE" in said
    preview.show_(None)
    assert preview.accessibleDescription() == ""


def test_a_text_that_cannot_be_printed_whole_is_crossed_out_and_the_rest_is_shown(qapp: QApplication) -> None:
    page = Label(60, 30, [Text("far too long for this " * 40, 2, 2, 20, 6), Barcode("code128", "PBOK", 2, 12, 56, 16)])
    picture = png(drawn(page, 480, 1.0))
    assert set(read_symbols(picture)) == {Symbol("Code128", "PBOK")}
    assert dots(drawn(page, 480, 1.0)).crop((16, 16, 176, 64)).getextrema()[0] < 128


def test_equal_labels_are_painted_once(qapp: QApplication, qtbot: QtBot) -> None:
    preview = LabelPreview()
    qtbot.addWidget(preview)
    preview.resize(300, 450)
    preview.show_(label())
    preview.grab()
    kept = preview._picture
    preview.show_(label())
    preview.grab()
    assert preview._picture is kept
    preview.show_(label("Somebody else"))
    preview.grab()
    assert preview._picture is not kept
