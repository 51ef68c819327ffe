"""Barcodes as dots, for what has no barcode commands of its own: PDF and previews. Drawn by zint."""

import functools

import zint

from printers.bitmap import Bitmap
from printers.errors import BadSymbol
from printers.symbols import Elements, Symbology, ean13_digits, size_in_modules

_ZINT = {
    "code128": zint.Symbology.CODE128,
    "gs1_128": zint.Symbology.GS1_128,
    "ean13": zint.Symbology.EANX,
    "datamatrix": zint.Symbology.DATAMATRIX,
    "qr": zint.Symbology.QRCODE,
}


@functools.lru_cache(maxsize=512)
def symbol_dots(kind: Symbology, data: str | Elements) -> Bitmap:
    """The symbol without quiet zones, one dot a module; bars are one row. Raises BadSymbol.

    It is never larger than `size_in_modules` says.
    """
    size_in_modules(kind, data)  # refuses what the printers' own commands would refuse
    symbol = zint.Symbol()
    symbol.symbology = _ZINT[kind]
    if kind == "qr":
        symbol.option_1 = 2  # error correction level M
    if kind == "datamatrix":
        symbol.option_3 = zint.DataMatrixOptions.SQUARE
    try:
        symbol.encode(_spelled(kind, data))
    except RuntimeError as error:
        raise BadSymbol(repr(data), expected=f"data that {kind} holds", got=str(error)) from error
    rows: list[list[int]] = symbol.encoded_data.tolist()  # type: ignore[assignment]  # two dimensions
    return Bitmap(symbol.width, tuple(_row(row, symbol.width) for row in rows[: symbol.rows]))


def _spelled(kind: Symbology, data: str | Elements) -> str:
    if not isinstance(data, str):
        return "".join(f"[{ai}]{value}" for ai, value in data)
    return ean13_digits(data) if kind == "ean13" else data


def _row(packed: list[int], width: int) -> int:
    """Zint packs the leftmost module into the lowest bit."""
    value = 0
    for column in range(width):
        value = value << 1 | (packed[column >> 3] >> (column & 7) & 1)
    return value
