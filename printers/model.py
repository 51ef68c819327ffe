"""What a language must know of a printer: its dots, its width, the language it speaks. Pure values."""

from dataclasses import dataclass
from typing import Literal

from printers.errors import UnknownPrinter


@dataclass(frozen=True, slots=True)
class PrinterModel:
    """One kind of printer. `dots_per_mm` as its maker counts them: 8 for 203 dpi, 12 for 300 dpi."""

    name: str
    dots_per_mm: int
    width_mm: float
    """Width of the print head; a label wider than it is refused."""
    language: Literal["zpl", "pdf"] = "zpl"
    reports_status: bool = True
    """Answers a status query over the connection that prints."""

    def dots(self, mm: float) -> int:
        """The nearest whole dot."""
        return round(mm * self.dots_per_mm)


ZPL_203 = PrinterModel("zpl-203", dots_per_mm=8, width_mm=104.0)
ZPL_300 = PrinterModel("zpl-300", dots_per_mm=12, width_mm=105.7)
PDF = PrinterModel("pdf", dots_per_mm=24, width_mm=420.0, language="pdf", reports_status=False)
"""Any office printer, or a file to be looked at."""
MODELS = {model.name: model for model in (ZPL_203, ZPL_300, PDF)}


def model_named(name: str) -> PrinterModel:
    """The model of that name. Raises UnknownPrinter, naming the known ones."""
    try:
        return MODELS[name]
    except KeyError:
        raise UnknownPrinter(name, expected=f"one of {', '.join(MODELS)}", got="another name") from None
