"""The demo shift in the real window: what `packbench run` does where nobody can see one."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from ui.demo_shift import play
from ui.navigation import SCREENS


def test_a_shift_at_the_window_leaves_labels_a_summary_and_a_picture_of_every_screen(
    qapp: QApplication, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    (out / "screens").mkdir(parents=True)
    (out / "screens" / "old.png").touch()
    played = play(out, orders=3, split=1)
    assert played.findings == ()
    assert len({p.order for p in played.parcels}) == 3
    labels = {file.name for file in (out / "labels").iterdir()}
    assert {f"{p.parcel.replace('/', '%2F')} parcel_label 1.zpl" for p in played.parcels} <= labels
    assert any("packing_slip" in file.name for file in (out / "lists").iterdir())
    assert "DEMO" in (out / "summary.md").read_text("utf-8") or (out / "summary.json").exists()
    pictures = {file.stem.split("-", 1)[1]: QImage(str(file)) for file in (out / "screens").iterdir()}
    assert "old" not in pictures
    for place in SCREENS:
        assert any(name.startswith(place.name.replace("_", "-")) for name in pictures), place.name
    for theme in ("dark", "contrast"):
        assert pictures[f"pack-{theme}"] != pictures["pack"]
    for name, picture in pictures.items():
        assert (picture.width(), picture.height()) == (1366, 768), name
        assert len({picture.pixel(x, y) for x in range(0, 1366, 19) for y in range(0, 768, 17)}) > 8, name
    assert str(out / "summary.md") in capsys.readouterr().err
