"""ZPL II: the label as bytes for Zebra printers and the many that speak their language. Pure.

Barcodes are the printer's own commands. Text is its font 0 where that surely has the letters; any other text is
drawn here and sent as a picture, so that no script depends on what a printer has loaded. Field data is UTF-8 (^CI28)
with every character that could mean a command written as ^FH hex, so that no text can become one.
"""

import re

from printers.bitmap import Bitmap, from_packed_rows
from printers.errors import BadSymbol, NoFont, OutsideLabel
from printers.fitting import Fitted, fit
from printers.fonts import FontBook, system_fonts
from printers.label import LINE_PITCH, Barcode, Box, Element, Image, Label, Line, Text, readable_line
from printers.languages import zpl_font
from printers.model import PrinterModel
from printers.script import clean, script_of
from printers.shaping import draw, shape
from printers.symbols import (
    FNC1,
    QUIET_ZONE,
    code128_runs,
    code128_text,
    datamatrix_side,
    ean13_digits,
    size_in_modules,
)

BASELINE = 0.82
"""How far below the top of its line the baseline stands, in sizes."""
_QR_DROP = 10  # dots by which printers print a QR code below its field origin (their default bar code height)
_EAN_GUARD = 5  # modules by which the guard bars of EAN-13 reach below the others
_JUSTIFY = {"left": "L", "center": "C", "right": "R"}
# Within ^BC data: how a character of code set B is written when it has a meaning there.
_BC_ESCAPES = {">": ">0", "^": "><", "~": ">=", FNC1: ">8"}


def render(label: Label, model: PrinterModel, fonts: FontBook | None = None) -> bytes:
    """The bytes that print the label on that model; equal input gives equal bytes.

    Raises OutsideLabel when it is wider than the print head, BadSymbol when no whole number of dots suits a barcode,
    TextTooLong and NoFont for a text that can't be printed whole.
    """
    if label.width_mm > model.width_mm:
        raise OutsideLabel(
            f"label on {model.name}", expected=f"at most {model.width_mm:g} mm wide", got=f"{label.width_mm:g} mm"
        )
    fonts = fonts or system_fonts()
    fields = [field for element in label.elements for field in _fields(element, model, fonts)]
    head = f"^XA^CI28^PW{model.dots(label.width_mm)}^LL{model.dots(label.height_mm)}^LH0,0^LT0^LS0^PON^FWN"
    return "\n".join([head, *fields, f"^PQ{label.copies}^XZ", ""]).encode()


def escape(text: str) -> str:
    """Field data for ^FH: `^`, `~`, `_`, the backslash and control characters in hex, everything else as it is."""
    return re.sub(r"[\x00-\x1f\x7f^~_\\]", lambda found: f"_{ord(found[0]):02X}", text)


def graphic(bitmap: Bitmap) -> str:
    """The ^GF command of a picture, its hex shortened by ZPL's own repeat counts."""
    rows = bitmap.packed_rows()
    size = len(rows[0])
    previous = b""
    parts = []
    for row in rows:
        parts.append(":" if row == previous else _short_hex(row.hex().upper()))
        previous = row
    return f"^GFA,{size * len(rows)},{size * len(rows)},{size},{''.join(parts)}"


def _fields(element: Element, model: PrinterModel, fonts: FontBook) -> list[str]:
    match element:
        case Text():
            return _text(element, model, fonts)
        case Barcode():
            return _barcode(element, model, fonts)
        case Box():
            return [_box(element, model)]
        case Line():
            width, height = max(1, model.dots(element.width)), max(1, model.dots(element.height))
            return [f"^FO{_at(element, model)}^GB{width},{height},{min(width, height)}^FS"]
        case Image():
            picture = from_packed_rows(element.columns, element.rows)
            picture = picture.scaled(max(1, model.dots(element.width)), max(1, model.dots(element.height)))
            return [f"^FO{_at(element, model)}{graphic(picture)}^FS"]


def _at(element: Element, model: PrinterModel) -> str:
    return f"{model.dots(element.x)},{model.dots(element.y)}"


def _box(box: Box, model: PrinterModel) -> str:
    width, height = max(1, model.dots(box.width)), max(1, model.dots(box.height))
    thickness = min(width, height) if box.filled else max(1, model.dots(box.thickness))
    return f"^FO{_at(box, model)}^GB{width},{height},{thickness}^FS"


def _text(text: Text, model: PrinterModel, fonts: FontBook) -> list[str]:
    fitted, printed = _fit(text, fonts)
    align = text.align
    if align == "start":
        align = "right" if fitted.right_to_left else "left"
    x, width, size = model.dots(text.x), model.dots(text.width), model.dots(fitted.size)
    reverse = "^FR" if text.inverse else ""
    fields = []
    for index, line in enumerate(fitted.lines):
        baseline = model.dots(text.y + fitted.size * (index * LINE_PITCH + BASELINE))
        if not line.text:
            continue
        if printed:
            block = "" if align == "left" else f"^FB{width},1,0,{_JUSTIFY[align]}"
            fields.append(f"^FT{x},{baseline}^A0N,{size},{size}{block}{reverse}^FH^FD{escape(line.text)}^FS")
            continue
        bold = text.weight == "bold"
        shaped = shape(line.text, bold=bold, right_to_left=line.right_to_left, fonts=fonts)
        ink, left, top = draw(shaped, size, bold=bold)
        if ink.rows:
            free = width - round(shaped.advance * size)
            left += 0 if align == "left" else free // 2 if align == "center" else free
            fields.append(f"^FO{max(0, x + left)},{max(0, baseline + top)}{reverse}{graphic(ink)}^FS")
    return fields


def _fit(text: Text, fonts: FontBook) -> tuple[Fitted, bool]:
    """The text in its box, and whether the printer's font prints it. Raises TextTooLong, NoFont."""
    cleaned = clean(text.text)
    if zpl_font.covers(cleaned):
        return fit(text, zpl_font.advance), True
    bold = text.weight == "bold"
    fitted = fit(text, lambda part: shape(part, bold=bold, fonts=fonts).advance)
    missing = "".join(shape(line.text, bold=bold, fonts=fonts).missing for line in fitted.lines)
    if missing:
        raise NoFont(text.name, tuple(dict.fromkeys(script_of(char) for char in missing)))
    return fitted, False


def _barcode(barcode: Barcode, model: PrinterModel, fonts: FontBook) -> list[str]:
    across, down = size_in_modules(barcode.kind, barcode.data)
    quiet = QUIET_ZONE[barcode.kind]
    room, height = model.dots(barcode.width), model.dots(barcode.symbol_height)
    wanted = max(1, model.dots(barcode.module))
    module = min(wanted, room // (across + 2 * quiet))
    if down:
        module = min(module, height // (down + 2 * quiet))
    if module < 1 or module / model.dots_per_mm < barcode.min_module - 0.5 / model.dots_per_mm:
        raise BadSymbol(
            barcode.name,
            expected=f"whole dots of at least {barcode.min_module:g} mm a module on {model.name}",
            got=f"{max(module, 0)} dots of {1 / model.dots_per_mm:g} mm in {barcode.width:g} mm",
        )
    x = model.dots(barcode.x) + (room - across * module) // 2
    y = model.dots(barcode.y)
    fields = [_symbol(barcode, module, x, y, height)]
    if barcode.readable:
        below = (down + 2 * quiet) * module / model.dots_per_mm if down else barcode.symbol_height
        fields += _text(readable_line(barcode, below), model, fonts)
    return fields


def _symbol(barcode: Barcode, module: int, x: int, y: int, height: int) -> str:
    data = barcode.data
    if barcode.kind in ("code128", "gs1_128"):
        return f"^FO{x},{y}^BY{module}^BCN,{height},N,N,N,N^FH^FD{_bc_data(code128_text(data))}^FS"
    assert isinstance(data, str)  # a Label lets element pairs stand in gs1_128 only
    if barcode.kind == "ean13":
        height -= _EAN_GUARD * module
        return f"^FO{x},{y}^BY{module}^BEN,{height},N,N^FD{ean13_digits(data)[:12]}^FS"
    y += QUIET_ZONE[barcode.kind] * module
    if barcode.kind == "datamatrix":
        side = datamatrix_side(data)
        unused = _sign_not_in(data)
        return f"^FO{x},{y}^BXN,{module},200,{side},{side},,{unused}^FH^FD{escape(data)}^FS"
    size = len(data.encode())
    return f"^FO{x},{max(0, y - _QR_DROP)}^BQN,2,{module}^FH^FDMM,B{size:04d}{escape(data)}^FS"


def _sign_not_in(data: str) -> str:
    """The sign that starts ^BX's own escapes: one that isn't in the data, so that nothing there can be an escape."""
    for code in (ord("_"), *range(ord("!"), ord("~"))):
        if chr(code) not in data and chr(code) not in "^,\\":
            return chr(code)
    raise BadSymbol(f"{data[:20]!r}…", expected="at least one printable sign left out", got="all of them")


def _bc_data(text: str) -> str:
    """Code 128 data for mode N of ^BC: we say each change of code set, so that all printers make the same symbol."""
    parts = []
    for index, run in enumerate(code128_runs(text)):
        start = {"B": ">:", "C": ">;"} if index == 0 else {"B": ">6", "C": ">5"}
        parts.append(start[run.code_set] + "".join(_BC_ESCAPES.get(char, char) for char in run.text))
    return escape("".join(parts))


def _short_hex(digits: str) -> str:
    """One row: a blank rest of whole bytes as `,`, runs of a digit as a count and the digit.

    ZPL's sign for a black rest is not used: not every reader fills with ones as Zebra's do, and little is saved.
    """
    kept = len(digits.rstrip("0"))
    kept += kept % 2
    rest = "," if kept < len(digits) else ""
    return re.sub(r"(.)\1{2,}", lambda run: _count(len(run[0])) + run[1], digits[:kept]) + rest


def _count(times: int) -> str:
    """ZPL's repeat count: z is 400, g to y are 20 to 380, G to Y are 1 to 19."""
    count = "z" * (times // 400)
    times %= 400
    if times >= 20:
        count += chr(ord("f") + times // 20)
    return count + (chr(ord("F") + times % 20) if times % 20 else "")
