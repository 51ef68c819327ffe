"""Everything that can go wrong between a label and its paper.

PrinterError
├── LabelError            the label as described can't be printed; nothing was sent
│   ├── OutsideLabel      an element reaches over the edge
│   ├── BadSymbol         data that a barcode can't carry, or a symbol larger than its box
│   ├── TextTooLong       text that doesn't fit its box at its smallest size
│   └── NoFont            text in a script for which this computer has no font
├── UnknownPrinter        an address, a model or a language that nobody here knows
└── PrinterFault          the device, or its folder, didn't take the job

Every text names the value, what was expected and what was got. Text that stands on a label is personal data: errors
name its element, never quote it.
"""

from typing import Literal

FaultKind = Literal[
    "refused",  # the device answers, and says no to a connection
    "unreachable",  # no such host, no route, no answer to the connection
    "stalled",  # connected, then took no more bytes for the whole time allowed
    "reset",  # the connection broke while the job was under way
    "unplugged",  # the device went away
    "busy",  # another program has the port
    "forbidden",  # whoever runs this program may not open the port
    "missing",  # the folder doesn't exist
    "unwritable",  # the folder refuses files
    "full",  # no room for the job
    "closed",  # this end had already been closed
]


class PrinterError(Exception):
    """Root of everything this library raises on purpose."""


class LabelError(PrinterError):
    """The label as described can't be printed; nothing was sent."""

    def __init__(self, value: object, *, expected: str, got: str) -> None:
        super().__init__(f"{value}: expected {expected}, got {got}")
        self.value = value
        self.expected = expected
        self.got = got


class OutsideLabel(LabelError):
    """An element reaches over the edge of its label, or the label over the edge of the printer's head."""


class BadSymbol(LabelError):
    """Data that a barcode can't carry, or a symbol that doesn't fit its box with its quiet zones."""


class TextTooLong(LabelError):
    """Text that doesn't fit its box even at its smallest size."""


class NoFont(LabelError):
    """Text in one or more scripts for which this computer has no font; `scripts` names them."""

    def __init__(self, value: object, scripts: tuple[str, ...]) -> None:
        super().__init__(value, expected="a font for every letter", got=f"none for {', '.join(scripts)}")
        self.scripts = scripts


class UnknownPrinter(PrinterError):
    """An address, a model or a language that nobody here knows."""

    def __init__(self, value: str, *, expected: str, got: str) -> None:
        super().__init__(f"{value!r}: expected {expected}, got {got}")
        self.value = value


class PrinterFault(PrinterError):
    """The device didn't take the job. `may_have_left` decides between *failed* and *unknown*.

    It is False only when it is certain that no byte of the job reached the device.
    """

    def __init__(self, url: str, kind: FaultKind, *, expected: str, got: str, may_have_left: bool) -> None:
        super().__init__(f"{url}: expected {expected}, got {got}")
        self.url = url
        self.kind: FaultKind = kind
        self.may_have_left = may_have_left
