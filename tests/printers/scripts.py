"""Letters of each script that our texts use, and the reason to skip where this computer can't draw one."""

import pytest

from printers import missing_scripts

LETTERS = {"Latin": "Zażółć", "Greek": "Ωμέγα", "Cyrillic": "Москва", "Han": "東京", "Kana": "かな", "Hangul": "서울",
           "Arabic": "محمد", "Hebrew": "עברית"}  # fmt: skip


def needs_font(*scripts: str) -> None:
    """Skip the test where one of the scripts has no font."""
    for script in scripts:
        if missing_scripts(LETTERS[script]):
            pytest.skip(f"no font for {script} on this computer")
