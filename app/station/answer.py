"""What the bench says to a scan: the one value that screens show, `packbench floor` prints and benchmarks read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import msgspec

from app.floor import bench
from app.floor.work import View
from app.floor.workflows import dispatch
from app.station.journal.records import PrintKey
from app.station.speech import Said

Standing = bench.State | dispatch.State
# No screen and no line shows more of a code than this; the journal holds what was resolved from it.
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """`n` counts this station's scans since it was opened. `next`: codes that move the job on, best first.

    `outcome` is ok, done, warn or stop; `printed` are the papers this scan asked for; `done` of `of` units. `trouble`:
    what is not right with the bench meanwhile, in words: its printer, its line to the shared database. `at`: where the
    job or handover in hand stands, for screens that draw all of it; `values`: what `text` was made with.
    `approval`: the act by which somebody else's badge, scanned next, has it done after all.
    """

    n: int
    scan: str
    outcome: str
    message: str
    text: str
    sound: str
    workflow: str = "idle"
    state: str = "idle"
    expects: tuple[str, ...] = ()
    job: str = ""
    parcel: str = ""
    done: int = 0
    of: int = 0
    printed: tuple[PrintKey, ...] = ()
    next: tuple[str, ...] = ()
    trouble: tuple[str, ...] = ()
    approval: str = ""
    at: Standing | None = field(default=None, repr=False)
    values: Mapping[str, object] = field(default_factory=dict, repr=False)

    def line(self, *, hints: bool = False) -> bytes:
        """The answer as one line of JSON."""
        value = {
            "n": self.n,
            "scan": self.scan,
            "outcome": self.outcome,
            "message": self.message,
            "text": self.text,
            "workflow": self.workflow,
            "state": self.state,
            "expects": self.expects,
            "job": self.job,
            "parcel": self.parcel,
            "progress": {"done": self.done, "of": self.of},
            "printed": [
                {"document": document, "subject": subject, "issue": issue, "copy": copy}
                for subject, document, issue, copy in self.printed
            ],
        }
        if self.trouble:
            value["trouble"] = self.trouble
        if self.approval:
            value["approval"] = self.approval
        if hints:
            value["next"] = self.next
        return msgspec.json.encode(value) + b"\n"


def answer(n: int, scan: str, said: Said, view: View | None, printed: tuple[PrintKey, ...] = ()) -> Answer:
    """Words and place together; without a view the bench is idle."""
    spoken = Answer(
        n, scan[:_SHOWN], said.outcome, said.message, said.text, said.sound, printed=printed, approval=said.approval,
        values=said.values,
    )  # fmt: skip
    if view is None:
        return spoken
    return replace(
        spoken,
        workflow=view.workflow,
        state=view.state,
        expects=view.expects,
        job=view.job,
        parcel=view.parcel,
        done=view.done,
        of=view.of,
        next=view.hints,
    )
