"""Names to things: which language a model speaks, which transport an address means. New ones get one line here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from printers.errors import UnknownPrinter
from printers.label import Label
from printers.languages import zpl, zpl_status
from printers.model import MODELS, ZPL_203, PrinterModel, model_named
from printers.status import PrinterStatus
from printers.transport import Address, Transport
from printers.transports.file import FileTransport
from printers.transports.memory import MemoryTransport
from printers.transports.serial import SerialTransport
from printers.transports.tcp import TcpTransport


class Render(Protocol):
    """A label as one language's bytes."""

    def __call__(self, label: Label, model: PrinterModel) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Language:
    """What the registry knows of a language; without a query its printers say nothing of themselves."""

    name: str
    render: Render
    status_query: bytes | None = None
    status_complete: Callable[[bytes], bool] = bool
    parse_status: Callable[[bytes], PrinterStatus | None] = lambda _: None


def _pdf(label: Label, model: PrinterModel) -> bytes:
    from printers.languages import pdf  # loads a good deal, and few benches need it

    return pdf.render([label])


LANGUAGES = {
    "pdf": Language("pdf", _pdf),
    "zpl": Language("zpl", zpl.render, zpl_status.QUERY, zpl_status.complete, zpl_status.parse_status),
}
_TRANSPORTS: dict[str, Callable[[Address], Transport]] = {
    "file": FileTransport.from_address,
    "tcp": TcpTransport.from_address,
    "serial": SerialTransport.from_address,
    "memory": MemoryTransport.from_address,
}


def model_of(url: str) -> PrinterModel:
    """What kind of printer an address says it leads to: its option `model`, or the usual model of its `language`.

    Without either, the common label printer. Raises UnknownPrinter, naming the known models or languages.
    """
    options = Address.parse(url).options
    if "model" in options:
        return model_named(options["model"])
    if "language" not in options:
        return ZPL_203
    for model in MODELS.values():
        if model.language == options["language"]:
            return model
    raise UnknownPrinter(url, expected=f"language {' or '.join(LANGUAGES)}", got=repr(options["language"]))


def open_transport(url: str) -> Transport:
    """The transport that an address means, not yet connected. Raises UnknownPrinter, naming the known schemes."""
    address = Address.parse(url)
    model_of(url)
    if address.scheme not in _TRANSPORTS:
        known = ", ".join(f"{scheme}://" for scheme in _TRANSPORTS)
        raise UnknownPrinter(url, expected=f"one of {known}", got=f"{address.scheme}://")
    return _TRANSPORTS[address.scheme](address)


def render(label: Label, model: PrinterModel) -> bytes:
    """The label in the model's own language. Raises LabelError."""
    return LANGUAGES[model.language].render(label, model)


def ask_status(transport: Transport, model: PrinterModel) -> PrinterStatus | None:
    """What the printer says of itself; None when it or the way to it says nothing. Raises PrinterFault."""
    language = LANGUAGES[model.language]
    if not model.reports_status or language.status_query is None:
        return None
    answer = transport.ask(language.status_query, language.status_complete)
    return None if answer is None else language.parse_status(answer)
