"""Where the program's own files lie, from source and when frozen."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(getattr(sys, "_MEIPASS", Path(__file__).parents[2]))
RESOURCES = ROOT / "resources"
