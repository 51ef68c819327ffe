"""What a printer says of itself, in no printer's language."""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """One answer to a status query: what keeps a label from coming out, the first to be put right first."""

    head_open: bool = False
    paper_out: bool = False
    ribbon_out: bool = False
    paused: bool = False
    head_too_hot: bool = False
    buffer_full: bool = False

    @property
    def trouble(self) -> str:
        """The name of the first of them; empty: a label sent now would come out now."""
        return next((one.name for one in fields(self) if getattr(self, one.name)), "")

    @property
    def ready(self) -> bool:
        return not self.trouble
