"""What a barcode's data becomes: the characters it may hold, its code sets and its size in modules. Pure.

A module is the narrowest bar or the side of one square. Sizes here leave out the quiet zones; those stand in
`QUIET_ZONE`.
"""

import re
from dataclasses import dataclass
from typing import Literal

from printers.errors import BadSymbol

Symbology = Literal["code128", "gs1_128", "ean13", "datamatrix", "qr"]
Elements = tuple[tuple[str, str], ...]
"""GS1 element string: pairs of application identifier and value."""

FNC1 = "\x1d"
QUIET_ZONE: dict[Symbology, int] = {"code128": 10, "gs1_128": 10, "ean13": 11, "datamatrix": 2, "qr": 4}
"""Modules kept white on each side: ISO/IEC 15417, 15420 (its wider side), 16022 (one is the least), 18004."""

_GS1_CHARACTERS = frozenset("!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
# Predefined lengths by the first two digits of the identifier, identifier included: GS1 General Specifications, figure
# "element strings with predefined length". Everything else ends with FNC1 unless it stands last.
_PREDEFINED = {"00": 20, "01": 16, "02": 16, "03": 16, "04": 18, "20": 4, "41": 16}
_PREDEFINED |= {str(n): 8 for n in range(11, 20)} | {str(n): 10 for n in range(31, 37)}
_WITH_CHECK_DIGIT = re.compile(r"0[0-3]|41\d")

_DATAMATRIX_CODEWORDS = {
    10: 3, 12: 5, 14: 8, 16: 12, 18: 18, 20: 22, 22: 30, 24: 36, 26: 44, 32: 62, 36: 86, 40: 114, 44: 144, 48: 174,
    52: 204, 64: 280, 72: 368, 80: 456, 88: 576, 96: 696, 104: 816, 120: 1050, 132: 1304, 144: 1558,
}  # fmt: skip
"""Side in modules → data codewords, ECC 200: ISO/IEC 16022, table 7."""

_QR_BYTES = (
    14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666,
    711, 779, 857, 911, 997, 1059, 1125, 1190, 1264, 1370, 1452, 1538, 1628, 1722, 1809, 1911, 1989, 2099, 2213, 2331,
)  # fmt: skip
"""Bytes that version 1, 2, … holds at error correction level M: ISO/IEC 18004, table 7."""


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of a Code 128 symbol that stay in one code set; `FNC1` may be among them."""

    code_set: Literal["B", "C"]
    text: str


def check_digit(digits: str) -> str:
    """The GS1 check digit (modulo 10, weights 3 and 1 from the right) of the digits before it."""
    weighted = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return str(-weighted % 10)


def code128_text(data: str | Elements) -> str:
    """The characters of a Code 128 symbol: as given, or FNC1 and the element string. Raises BadSymbol."""
    if not isinstance(data, str):
        return _element_string(data)
    if not data or not all(" " <= c <= "~" for c in data):
        raise BadSymbol(repr(data), expected="1 or more characters from space to ~", got=_first_outside(data))
    return data


def code128_runs(text: str) -> tuple[Run, ...]:
    """Leading pairs of digits in code set C when that is shorter, the rest in B. `text` is printable ASCII and FNC1.

    It never goes from B back to C: a symbol is then a little wider than the shortest, and the same from every
    maker's printer, some of which don't follow that switch. For the same reason one last character never stands
    alone behind a switch.
    """
    end = digits = 0
    while end < len(text):
        if text[end] == FNC1:
            end += 1
        elif text[end : end + 2].isdecimal() and end + 2 <= len(text):
            end, digits = end + 2, digits + 2
        else:
            break
    if end == len(text) - 1:
        end, digits = end - 2, digits - 2
    if end == len(text) and digits:
        return (Run("C", text),)
    if digits < 4:
        return (Run("B", text),)
    return Run("C", text[:end]), Run("B", text[end:])


def code128_modules(text: str) -> int:
    """Width of the symbol: 11 modules a symbol character (start, switches, data, check), 13 for the stop."""
    characters = 1  # the check character
    for run in code128_runs(text):
        fnc1 = run.text.count(FNC1)
        digits = len(run.text) - fnc1
        characters += 1 + fnc1 + (digits // 2 if run.code_set == "C" else digits)
    return characters * 11 + 13


def ean13_digits(data: str) -> str:
    """All 13 digits, the check digit added when only 12 are given. Raises BadSymbol."""
    if not (data.isascii() and data.isdecimal() and len(data) in (12, 13)):
        raise BadSymbol(repr(data), expected="12 or 13 digits", got=f"{len(data)} characters")
    wanted = data[:12] + check_digit(data[:12])
    if data not in (wanted, wanted[:12]):
        raise BadSymbol(repr(data), expected=f"check digit {wanted[-1]}", got=data[-1])
    return wanted


def datamatrix_side(data: str) -> int:
    """Side of the smallest square that surely holds the data, in modules. Raises BadSymbol."""
    if not data or not all(" " <= c <= "~" for c in data):
        raise BadSymbol(repr(data), expected="1 or more characters from space to ~", got=_first_outside(data))
    codewords = len(re.sub(r"[0-9]{2}", "#", data))  # ASCII encodation; a printer that knows better needs no more
    for side, capacity in _DATAMATRIX_CODEWORDS.items():
        if codewords <= capacity:
            return side
    raise BadSymbol(f"{data[:20]!r}…", expected="at most 1558 codewords", got=str(codewords))


def qr_side(data: str) -> int:
    """Side of the smallest QR code at level M that holds the data as bytes (UTF-8), in modules. Raises BadSymbol."""
    size = len(data.encode())
    for version, capacity in enumerate(_QR_BYTES, start=1):
        if 0 < size <= capacity:
            return 17 + 4 * version
    raise BadSymbol(f"{data[:20]!r}…", expected=f"1 to {_QR_BYTES[-1]} bytes", got=f"{size} bytes")


def size_in_modules(kind: Symbology, data: str | Elements) -> tuple[int, int]:
    """Width and height of a symbol without quiet zones; height 0 when it may be any. Raises BadSymbol."""
    if kind in ("code128", "gs1_128"):
        if isinstance(data, str) == (kind == "gs1_128"):
            raise BadSymbol(repr(data), expected="element pairs for gs1_128, else text", got=type(data).__name__)
        return code128_modules(code128_text(data)), 0
    if not isinstance(data, str):
        raise BadSymbol(repr(data), expected=f"text for {kind}", got="element pairs")
    if kind == "ean13":
        ean13_digits(data)
        return 95, 0
    side = datamatrix_side(data) if kind == "datamatrix" else qr_side(data)
    return side, side


def human_readable(kind: Symbology, data: str | Elements) -> str:
    """The line under the symbol, as its standard writes it."""
    if not isinstance(data, str):
        return "".join(f"({ai}) {value} " for ai, value in data).strip()
    if kind == "ean13":
        digits = ean13_digits(data)
        return f"{digits[0]} {digits[1:7]} {digits[7:]}"
    return data


def _element_string(elements: Elements) -> str:
    if not elements:
        raise BadSymbol("GS1 element string", expected="1 or more elements", got="none")
    text = FNC1
    for index, (ai, value) in enumerate(elements):
        _check_element(ai, value)
        text += ai + value
        if ai[:2] not in _PREDEFINED and index < len(elements) - 1:
            text += FNC1
    if len(text) - 1 > 48:
        raise BadSymbol(repr(elements), expected="at most 48 characters (GS1-128)", got=str(len(text) - 1))
    return text


def _check_element(ai: str, value: str) -> None:
    shown = f"({ai}){value}"
    if not re.fullmatch(r"[0-9]{2,4}", ai):
        raise BadSymbol(shown, expected="an application identifier of 2 to 4 digits", got=repr(ai))
    if not value or not set(value) <= _GS1_CHARACTERS:
        raise BadSymbol(shown, expected="1 or more characters of GS1 set 82", got=repr(value))
    predefined = _PREDEFINED.get(ai[:2])
    if predefined is None:
        return
    if not value.isdecimal() or len(ai) + len(value) != predefined:
        raise BadSymbol(shown, expected=f"{predefined - len(ai)} digits", got=f"{len(value)} characters")
    if _WITH_CHECK_DIGIT.fullmatch(ai) and check_digit(value[:-1]) != value[-1]:
        raise BadSymbol(shown, expected=f"check digit {check_digit(value[:-1])}", got=value[-1])


def _first_outside(data: str) -> str:
    return next((f"U+{ord(c):04X}" for c in data if not " " <= c <= "~"), "nothing")
