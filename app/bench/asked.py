"""What every benchmark is given."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Asked:
    """`folder` lies on a real disk and is the benchmark's own; `data`: a real year of orders, if there is one.

    `size` 1 is what the figures are for; a smaller one only shows that the benchmark runs. `db`: where the server is
    that databases may be made on; what stands there is not touched.
    """

    folder: Path
    runs: int = 3
    data: Path | None = None
    size: float = 1.0
    db: str = ""

    def many(self, full: int) -> int:
        """So many of what is `full` at full size, at least one."""
        return max(1, round(full * self.size))

    def homes(self) -> Iterator[Path]:
        """A new folder for each run, taken away before the next."""
        for n in range(self.runs):
            home = self.fresh(f"run-{n}")
            yield home
            shutil.rmtree(home)

    def fresh(self, name: str) -> Path:
        """An empty folder of a name not used before."""
        free = next(n for n in count() if not (self.folder / f"{name}-{n}").exists())
        made = self.folder / f"{name}-{free}"
        made.mkdir(parents=True)
        return made


@dataclass(frozen=True, slots=True)
class Skipped(Exception):
    """The benchmark can't run here; `reason` as a key of the words."""

    reason: str
