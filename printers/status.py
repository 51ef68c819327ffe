"""What a printer says of itself, in no printer's language."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """One answer to a status query. `ready` is whether a label sent now would come out now."""

    paper_out: bool = False
    ribbon_out: bool = False
    head_open: bool = False
    paused: bool = False
    buffer_full: bool = False
    head_too_hot: bool = False
    labels_waiting: int = 0

    @property
    def ready(self) -> bool:
        return not (self.paper_out or self.ribbon_out or self.head_open or self.paused or self.buffer_full)
