"""Values read from JSON on several threads at once."""

from __future__ import annotations

import subprocess
import sys

from app.base.paths import ROOT

# Each run is a fresh process, since only the very first use of a type is dangerous.
MEETING = """
import sys, threading
sys.path.insert(0, {root!r})
sys.setswitchinterval(1e-6)
from dataclasses import dataclass
import msgspec
from app.base.forms import from_json, from_plain

@dataclass(frozen=True, slots=True)
class Line:
    sku: str
    codes: "tuple[str, ...]"
    units: "dict[str, int]"

@dataclass(frozen=True, slots=True)
class Work:
    lines: "tuple[Line, ...]"
    by_bin: "dict[str, Line]"
    note: "str | None"

plain = msgspec.to_builtins(Work((Line("A", ("1",), {{"1": 1}}),) * 3, {{"B": Line("C", (), {{}})}}, None))
raw, read, make, go = msgspec.json.encode(plain), from_json(Work), from_plain(Work), threading.Barrier(4)

def meet():
    go.wait()
    assert read(raw) == make(plain)

threads = [threading.Thread(target=meet) for _ in range(4)]
[t.start() for t in threads]
[t.join() for t in threads]
"""


def test_threads_may_meet_at_the_first_use_of_a_type() -> None:
    """Built at first use, one process in seven died."""
    program = MEETING.format(root=str(ROOT))
    for _ in range(20):
        ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
