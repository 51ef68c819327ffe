"""`packbench run` as a process of its own: it opens, it closes, nothing is left to crash on the way out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.demo_shop import Shop

# Opens the window as `run` does where there is a display, scans once, closes it as a person would.
PROGRAM = """
import sys
from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication
import ui.running
from ui.__main__ import main

ui.running.has_display = lambda: True

class Person(QObject):
    @Slot()
    def look(self):
        for window in QApplication.topLevelWidgets():
            shown = type(window).__name__
            if shown == "Window" and window.isVisible() and not hasattr(self, "scanned"):
                self.scanned = True
                window._workplace.scan("PBPICKER")
            elif shown == "Window" and window.isVisible() and window._workplace.operator is not None:
                print("signed in", window._workplace.screen(), flush=True)
                window.close()
                self.timer.stop()
            elif shown == "Opening" and window.isVisible() and window._close.isVisible():
                print("sorry", window._words.said(), flush=True)
                window.close()
                self.timer.stop()

from ui.start import application
app = application()
person = Person(app)
person.timer = QTimer(person)
person.timer.timeout.connect(person.look)
person.timer.start(20)
sys.exit(main(sys.argv[1:]))
"""


def opened(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", PROGRAM, "run", *words],
        env={**env, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )


def test_the_window_opens_takes_a_badge_closes_and_the_process_ends_well(demo: Shop) -> None:
    done = opened(dict(demo.env), "--station", "S1")
    assert (done.returncode, done.stdout) == (0, "signed in work_list\n"), done.stderr
    assert "QThread" not in done.stderr
    assert "Traceback" not in done.stderr
    assert "window ended" in (demo.home / "packbench.log").read_text("utf-8")


def test_the_demo_shop_is_loaded_when_there_is_none(demo: Shop, tmp_path: Path) -> None:
    env = {**demo.env, "PACKBENCH_HOME": str(tmp_path / "fresh")}
    done = opened(env, "--demo")
    assert (done.returncode, done.stdout) == (0, "signed in work_list\n"), done.stderr
    assert (tmp_path / "fresh" / "demo" / "packbench.db").exists()


@pytest.mark.parametrize("words", [(), ("--station", "S99")])
def test_a_bench_that_cannot_be_opened_says_why_in_a_window_and_on_the_terminal(
    demo: Shop, words: tuple[str, ...]
) -> None:
    done = opened(dict(demo.env), *words)
    assert done.returncode == 1
    assert done.stdout.startswith("sorry")
    assert done.stderr.strip() in done.stdout
