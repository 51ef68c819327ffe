"""The demo shift: what `packbench run` does where no window can open."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.bench.shift import play_demo_shift


def test_a_shift_leaves_labels_lists_and_a_summary_and_can_be_played_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    (out / "labels").mkdir(parents=True)
    (out / "labels" / "old.zpl").touch()
    (out / "mine.txt").write_text("not the shift's", "utf-8")
    played = play_demo_shift(out, orders=3, split=1)
    assert len({p.order for p in played.parcels}) == 3
    assert len({p.warehouse for p in played.parcels}) >= 2
    assert played.findings == ()
    labels = {file.name for file in (out / "labels").iterdir()}
    assert len(labels) == len(played.parcels)
    assert all(name.endswith(".zpl") for name in labels)
    lists = [file.name for file in (out / "lists").iterdir()]
    for kind in ("pick_list", "packing_slip", "handover_list"):
        assert any(kind in name for name in lists), kind
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert summary["orders"] == 3
    text = (out / "summary.md").read_text("utf-8")
    assert all(p.sscc in text and p.tracking in text for p in played.parcels)
    assert (out / "mine.txt").exists()
    assert str(out / "summary.md") in capsys.readouterr().err
