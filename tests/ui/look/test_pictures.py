"""Icons and drawings: all there, all readable by Qt, none with a colour that a theme could not change."""

from __future__ import annotations

import ast
import csv
import re
import tomllib
from pathlib import Path

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from app.base.paths import RESOURCES
from ui.look import pictures, theme, tokens

ICONS = sorted((RESOURCES / "icons").glob("*.svg"))
DRAWINGS = sorted((RESOURCES / "drawings").glob("*.svg"))
ROOT = Path(__file__).resolve().parents[3]


def column(file: str, name: str) -> list[str]:
    with (RESOURCES / "demo" / file).open(encoding="utf-8", newline="") as rows:
        return [row[name] for row in csv.DictReader(rows)]


def inked(image: QImage) -> int:
    """How many points are not transparent."""
    found = image.convertToFormat(QImage.Format.Format_ARGB32)
    return sum(alpha > 0 for alpha in bytes(found.constBits())[3::4])


def test_every_icon_is_drawn_on_24_in_the_colour_it_is_given(qapp: QApplication) -> None:
    for file in ICONS:
        text = file.read_text("utf-8")
        assert 'viewBox="0 0 24 24"' in text, file.stem
        assert set(re.findall(r'(?:stroke|fill)="([^"]+)"', text)) <= {"currentColor", "none", "#cut"}, file.stem
        assert QSvgRenderer(QByteArray(text.encode())).isValid(), file.stem
        assert 20 < inked(theme.look().icon(file.stem, "stop", 24).toImage()) < 24 * 24, file.stem


def test_the_sign_in_a_shape_takes_the_colour_it_is_cut_in(qapp: QApplication) -> None:
    look = theme.look()
    assert look.icon("ok-circle", "ok", 48).toImage() != look.icon("ok-circle", "ok", 48, "ink").toImage()


def test_every_drawing_is_drawn_with_every_tint_filled_in(qapp: QApplication) -> None:
    for file in DRAWINGS:
        assert 'viewBox="0 0 120 120"' in file.read_text("utf-8"), file.stem
        drawn = pictures._drawn(file.stem)
        assert drawn is not None
        assert "@" not in drawn, file.stem
        assert QSvgRenderer(QByteArray(drawn.encode())).isValid(), file.stem
        picture = pictures.drawing(file.stem, 60)
        assert picture is not None
        assert inked(picture.toImage()) > 300, file.stem


def test_every_product_of_the_demo_has_its_drawing() -> None:
    assert [sku for sku in column("products.csv", "sku") if not pictures.has_drawing(sku)] == []


def test_every_carton_of_the_demo_has_its_drawing() -> None:
    assert [code for code in column("cartons.csv", "code") if not pictures.has_drawing(code)] == []


def test_every_step_of_the_playbook_has_its_drawing() -> None:
    playbook = tomllib.loads((RESOURCES / "packing" / "playbook.toml").read_text("utf-8"))
    assert [step["id"] for step in playbook["step"] if not pictures.has_drawing(step["id"])] == []


def test_variants_that_must_not_be_confused_look_different(qapp: QApplication) -> None:
    look = theme.look()
    for one, other in (("CUP-SAND", "CUP-SLATE"), ("SCARF-RUST", "SCARF-INK"), ("BOARD-OAK", "BOARD-BAMBOO")):
        assert look.drawing(one, 60).toImage() != look.drawing(other, 60).toImage()


def test_every_drawing_and_tint_that_is_named_is_there() -> None:
    table = tomllib.loads((RESOURCES / "drawings" / "products.toml").read_text("utf-8"))
    there = {file.stem for file in DRAWINGS}
    wrong = [
        name
        for name, asked in table["drawing"].items()
        if asked["drawing"] not in there or asked.get("tint", "plain") not in table["tint"]
    ]
    assert not wrong


def test_without_a_drawing_stands_the_first_letter(qapp: QApplication) -> None:
    look = theme.look()
    assert not look.drawn("NOBODY-KNOWS")
    first, second = look.drawing("NOBODY-KNOWS", 60, "n"), look.drawing("NOBODY-KNOWS", 60, "m")
    assert first.toImage() != second.toImage()


def test_every_severity_has_its_own_shape() -> None:
    shapes = [tokens()["severity"][kind] for kind in ("ok", "done", "warn", "stop")]
    assert len(set(shapes)) == 4
    assert set(shapes) <= {file.stem for file in ICONS}


# Which argument names an icon, by the name of what is called.
_AT = {"icon": 0, "Icon": 1, "NextShown": 1, "FactShown": 2, "StripShown": 2, "HeadChip": 2, "Place": 2, "ActButton": 3}


def icons_asked_for(call: ast.Call) -> list[ast.expr]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    at = _AT.get(name, len(call.args))
    return [*call.args[at : at + 1], *(keyword.value for keyword in call.keywords if keyword.arg == "icon")]


def test_every_icon_that_a_screen_asks_for_by_name_is_there() -> None:
    there = {file.stem for file in ICONS} | {""}
    wrong = [
        f"{file.relative_to(ROOT)}:{one.lineno} {one.value}"
        for file in sorted((ROOT / "ui").rglob("*.py"))
        for call in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(call, ast.Call)
        for one in icons_asked_for(call)
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value not in there
    ]
    assert not wrong, "\n".join(wrong)


def test_every_icon_is_asked_for_by_somebody() -> None:
    files = [file for room in ("ui", "app") for file in (ROOT / room).rglob("*.py")]
    files += [RESOURCES / "packing" / "playbook.toml", RESOURCES / "look" / "tokens.toml"]
    asked = "".join(file.read_text("utf-8") for file in files)
    assert [file.stem for file in ICONS if f'"{file.stem}"' not in asked] == []


def test_every_icon_of_the_playbook_is_there() -> None:
    asked = re.findall(r'^icon = "([^"]+)"', (RESOURCES / "packing" / "playbook.toml").read_text("utf-8"), re.MULTILINE)
    assert asked
    assert set(asked) <= {file.stem for file in ICONS}
