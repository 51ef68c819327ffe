"""No words for a person stand in the code: they stand in resources/translations, in every language there is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from app.base.wording import known, languages

ROOT = Path(__file__).resolve().parents[2]
# What a call shows to a person, by its name or its keyword.
_SHOWS = {"write", "echo", "secho", "print"}
_HELP = {"help", "short_help", "epilog", "prompt"}
# What a widget shows or is called, by the call and the place of the text in it.
_ON_A_WIDGET = {
    **dict.fromkeys(("setText", "setPlainText", "setHtml", "setPlaceholderText", "setWindowTitle", "setTitle"), 0),
    **dict.fromkeys(("setToolTip", "setAccessibleName", "setAccessibleDescription", "setPrefix", "setSuffix"), 0),
    **dict.fromkeys(("addItem", "addAction", "QLabel", "QPushButton", "QAction", "QCheckBox", "QRadioButton"), 0),
    **{"KeyCap": 1, "ActButton": 2},
}
# The rooms of the translations that the window alone asks.
_WINDOWS = re.compile(r"(screens_[a-z]+|shell|look)\.")
# A word of a language: two letters next to each other. `\n`, `- ` and `{}` are none.
_WORDS = re.compile(r"[^\W\d_]{2,}")


@cache
def sources() -> tuple[Path, ...]:
    return tuple(sorted(file for room in ("app", "ui") for file in (ROOT / room).rglob("*.py")))


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def calls(file: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree(file)) if isinstance(node, ast.Call))


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def words_in(node: ast.expr) -> str:
    """Literal text inside an expression, without what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(words_in(part) for part in node.values)
    if isinstance(node, ast.BinOp):
        return words_in(node.left) + words_in(node.right)
    if isinstance(node, ast.IfExp):
        return words_in(node.body) + words_in(node.orelse)
    return ""


def to_people(call: ast.Call) -> bool:
    """Whether the call writes to the terminal: sys.stdout, sys.stderr, typer."""
    if not isinstance(call.func, ast.Attribute):
        return name_of(call) == "print"
    return ast.unparse(call.func.value) in {"sys.stdout", "sys.stderr", "typer"} and call.func.attr in _SHOWS


def shown(file: Path) -> Iterator[tuple[int, str]]:
    for call in calls(file):
        if to_people(call):
            yield from ((call.lineno, words_in(one)) for one in call.args)
        at = _ON_A_WIDGET.get(name_of(call))
        if at is not None and len(call.args) > at:
            yield call.lineno, words_in(call.args[at])
        yield from ((call.lineno, words_in(k.value)) for k in call.keywords if k.arg in _HELP)


def keys(file: Path) -> Iterator[tuple[int, str]]:
    for call in calls(file):
        if name_of(call) in {"word", "say"} and call.args and isinstance(call.args[0], ast.Constant):
            yield call.lineno, str(call.args[0].value)


def test_no_literal_is_shown_to_a_person() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{line} {text!r}"
        for file in sources()
        for line, text in shown(file)
        if _WORDS.search(text)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", languages())
def test_every_word_asked_for_is_there_in_every_language(language: str) -> None:
    missing = [
        f"{file.relative_to(ROOT)}:{line} {key}"
        for file in sources()
        for line, key in keys(file)
        if re.fullmatch(r"[a-z_]+(\.[a-z_0-9]+)+", key) and not known(key, language)
    ]
    assert not missing, "\n".join(missing)


def asked_by_the_window() -> tuple[set[str], list[re.Pattern[str]]]:
    """Keys that stand whole in the sources, and the forms of those that are put together."""
    whole: set[str] = set()
    forms: set[str] = set()
    for file in sources():
        pieces: set[int] = set()
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.JoinedStr):
                pieces |= {id(part) for part in node.values}
                said = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
                if isinstance(said[0], str) and _WINDOWS.match(said[0]):
                    forms.add("".join(re.escape(str(part)) if part is not None else ".+" for part in said))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in pieces:
                if not re.fullmatch(r"[a-z_]+(\.[a-z_0-9]*)+", node.value) or not _WINDOWS.match(node.value):
                    continue
                if node.value.endswith((".", "_")):  # the rest is added
                    forms.add(re.escape(node.value) + ".+")
                else:
                    whole.add(node.value)
    return whole, [re.compile(form) for form in sorted(forms)]


@pytest.mark.parametrize("language", languages())
def test_every_word_the_window_asks_for_is_there_in_every_language(language: str) -> None:
    from app.base.wording import _table

    whole, forms = asked_by_the_window()
    assert len(whole) > 100
    assert not sorted(key for key in whole if not known(key, language))
    assert not [form.pattern for form in forms if not any(form.fullmatch(key) for key in _table(language))]


def test_every_word_of_the_window_is_asked_for() -> None:
    from app.base.wording import _table

    whole, forms = asked_by_the_window()
    idle = (
        key
        for key in _table("en")
        if _WINDOWS.match(key) and key not in whole and not any(form.fullmatch(key) for form in forms)
    )
    assert not sorted(idle)


def error_kinds() -> Iterator[tuple[str, str]]:
    """Every kind of error that is raised anywhere, with its place."""
    for file in sources():
        where = str(file.relative_to(ROOT))
        for call in calls(file):
            raised = name_of(call)
            if not re.fullmatch(_ERRORS, raised):
                continue
            for keyword in call.keywords:
                if keyword.arg == "kind" and isinstance(keyword.value, ast.Constant):
                    yield f"{where}:{call.lineno}", str(keyword.value.value)


def _tree() -> dict[str, str]:
    found = {}
    for node in tree(ROOT / "app/base/errors.py").body:
        if isinstance(node, ast.ClassDef):
            for line in node.body:
                if isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant):
                    found[node.name] = str(line.value.value)
    return found


_ERRORS = "|".join(_tree())


@pytest.mark.parametrize("language", languages())
def test_every_error_has_its_words_in_every_language(language: str) -> None:
    asked = [*error_kinds(), *((f"errors.py {name}", kind) for name, kind in _tree().items())]
    missing = sorted({f"{where} error.{kind}" for where, kind in asked if not known(f"error.{kind}", language)})
    assert not missing, "\n".join(missing)


def test_languages_have_the_same_words() -> None:
    from app.base.wording import _table

    every = {language: set(_table(language)) for language in languages()}
    for language, said in every.items():
        assert said == every["en"], (language, sorted(said ^ every["en"])[:20])


def test_a_literal_shown_is_found(tmp_path: Path) -> None:
    file = tmp_path / "wrong.py"
    file.write_text(
        'import sys\nsys.stderr.write(f"Please {1}\\n")\nprogram.command(help="Do it")\nsys.stdout.write("\\n")\n',
        "utf-8",
    )
    assert [text for _, text in shown(file) if _WORDS.search(text)] == ["Please \n", "Do it"]


def test_a_literal_on_a_widget_is_found(tmp_path: Path) -> None:
    file = tmp_path / "wrong.py"
    file.write_text(
        'label.setText(f"Sent {n}")\nQLabel("Waits" if n else "")\nActButton("F2", "PBUNDO", "Undo")\n'
        'box.setAccessibleName(words("shell.bench"))\nlabel.setText("–")\n',
        "utf-8",
    )
    assert sorted(text for _, text in shown(file) if _WORDS.search(text)) == ["Sent ", "Undo", "Waits"]
