"""dev.py on machines that lack something: it finds it by trying, and installs it or says what to run."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def dev(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """dev.py as a module, with its .venv in a passing folder and every program it would run only noted."""
    spec = importlib.util.spec_from_file_location("dev_under_test", ROOT / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.ran = []
    monkeypatch.setattr(module, "run", lambda *words, env=None: module.ran.append([str(word) for word in words]) or 0)
    monkeypatch.setattr(module, "PYTHON", tmp_path / "bin" / "python")
    monkeypatch.setattr(module, "STAMP", tmp_path / "stamp")
    return module


linux = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux's loader and fontconfig")


@linux
def test_a_library_that_cannot_be_opened_is_missing(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "LIBRARIES", {"libc.so.6": "libc6", "libnone-such.so.9": "libnone9"})
    monkeypatch.setattr(dev, "LETTERS", {})
    monkeypatch.setattr(dev, "can_make_venv", lambda: True)
    assert dev.missing_packages() == ["libnone9"]


@linux
def test_a_letter_that_no_font_draws_asks_for_its_font(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "LIBRARIES", {})
    monkeypatch.setattr(dev, "LETTERS", {"\N{LATIN SMALL LETTER A}": "fonts-latin", "\U0010fffd": "fonts-no-such"})
    monkeypatch.setattr(dev, "can_make_venv", lambda: True)
    assert dev.missing_packages() == ["fonts-no-such"]


@linux
def test_without_fontconfig_no_font_can_be_found(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "LIBRARIES", {"libnone-such.so.9": "libfontconfig1"})
    monkeypatch.setattr(dev, "LETTERS", {"a": "fonts-a"})
    monkeypatch.setattr(dev, "can_make_venv", lambda: False)
    monkeypatch.setattr(dev.shutil, "which", lambda name: None)
    assert dev.missing_packages() == ["python3-venv", "libfontconfig1", "fonts-a"]


def test_anybody_but_root_is_given_the_line_to_run(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "missing_packages", lambda: ["libegl1", "fonts-dejavu-core"])
    monkeypatch.setattr(dev.shutil, "which", lambda name: f"/usr/bin/{name}" if name == "apt-get" else None)
    monkeypatch.setattr(dev.os, "geteuid", lambda: 1000, raising=False)
    assert dev.main(["setup"]) == 1
    assert "sudo apt-get install --yes --no-install-recommends libegl1 fonts-dejavu-core\n" in capsys.readouterr().out
    assert dev.ran == []


def test_root_gets_all_of_it_in_one_step(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(dev.os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(dev, "answer", lambda *words, env=None: (0, ""))
    dev.install_packages(["libegl1", "python3-venv"])
    assert [words[-2:] for words in dev.ran] == [["libegl1", "python3-venv"]]


def test_unknown_packages_bring_an_update_first(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(dev.os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(dev, "answer", lambda *words, env=None: (100, "E: No packages found"))
    dev.install_packages(["libegl1"])
    assert [words[1] for words in dev.ran] == ["update", "-qq"]


def test_nothing_is_done_when_nothing_changed(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    dev.PYTHON.parent.mkdir()
    dev.PYTHON.touch()
    dev.STAMP.write_text(dev.wanted_stamp())
    monkeypatch.setattr(dev, "missing_packages", lambda: pytest.fail("looked for parts again"))
    dev.setup()
    assert dev.ran == []


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["test", "-h"], ["setup", "--help"]])
def test_asked_for_help_nothing_is_set_up_or_run(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    monkeypatch.setattr(dev, "setup", lambda: pytest.fail("set up"))
    assert dev.main(words) == 0
    assert "dev.py setup" in capsys.readouterr().out
    assert dev.ran == []


def test_an_unknown_word_is_wrong_usage(dev: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["tset"]) == 2
    assert "dev.py setup" in capsys.readouterr().out


def test_the_whole_suite_alone_is_spread_over_processes(dev: ModuleType) -> None:
    for words in ([], ["--slow", "-x"], ["-k", "x"], ["tests/house"]):
        assert dev.command_test(words) == 0
    whole, *others = [words[3:] for words in dev.ran]
    assert whole[0] == "-n"
    assert others == [["-m", "slow", "-o", "faulthandler_timeout=1500", "-x"], ["-k", "x"], ["tests/house"]]


def test_what_was_compiled_is_kept_for_the_processes_that_tests_start(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, str] = {}
    monkeypatch.setattr(dev, "run", lambda *words, env: given.update(env) or 0)
    assert dev.command_test([]) == 0
    assert given == {"PYTHONDONTWRITEBYTECODE": ""}  # empty is as if nobody had set it
