"""From what a scanner sends to one plain value, normalised once, so that every later comparison is an equality.

AIM prefixes (`]C1`), framing and blanks go; letters are folded to capitals for matching, the raw text is kept; GTINs of
8, 12, 13 and 14 digits are one number; GS1 elements are read by biip. Nothing here raises: what can't be read says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from biip import BiipException
from biip.gs1_messages import GS1Message

from app.base.ids import gs1_check_digit

LONGEST = 4096  # bytes; no symbology holds more, a stuck key or a dumped file does
GS = "\x1d"
# How scanners in keyboard mode write the separator they cannot type.
SUBSTITUTES = ("␝", "<GS>", "{GS}", "[GS]", "^]")
_BLANK = " \t\r\n\v\f\x00\x02\x03\x04\x06\x1b\x1e\xa0\ufeff\u200b\u200c\u200d\u2028\u2029"
_AIM = re.compile(r"\](?:[A-Zce][0-9A-Fa-f]|[a-z][0-9A-Fa-f])")
_GS1_SYMBOLOGIES = frozenset({"C1", "e0", "e1", "e2", "d2", "Q3", "J1"})
_GTIN_LENGTHS = frozenset({8, 12, 13, 14})


@dataclass(frozen=True, slots=True)
class Scan:
    """`code` is what is compared; `problem` (empty, too_long, undecodable, control_characters) says why there is none.

    `gtin` has 14 digits; `count` is how many units the symbol itself speaks of (0: it doesn't say).
    """

    raw: str
    code: str = ""
    symbology: str = ""
    gtin: str = ""
    lot: str = ""
    serial: str = ""
    count: int = 0
    sscc: str = ""
    problem: str = ""


def normalise(raw: bytes | str, separators: Iterable[str] = SUBSTITUTES) -> Scan:
    """The scan that `raw` is. `separators`: what this scanner sends in the place of GS."""
    if len(raw) >= LONGEST:
        return Scan(raw=_shown(raw[:64]), problem="too_long")
    if isinstance(raw, bytes):
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            return Scan(raw=_shown(raw), problem="undecodable")
    else:
        text = raw
        if not text.isascii() and (_shown(text) != text or len(text.encode()) >= LONGEST):
            return Scan(raw=_shown(text[:64]), problem="undecodable" if _shown(text) != text else "too_long")
    body = text.strip(_BLANK)
    symbology = ""
    if body.startswith("]") and _AIM.match(body):
        symbology, body = body[1:3], body[3:].strip(_BLANK)
    for separator in separators:
        if separator in body:
            body = body.replace(separator, GS)
    leads = body.startswith(GS)
    body = body.strip(_BLANK + GS)
    if not body:
        return Scan(raw=text, symbology=symbology, problem="empty")
    if not body.isprintable() and any(not c.isprintable() and c not in (GS, "\x1e") for c in body):
        return Scan(raw=text, symbology=symbology, problem="control_characters")
    scan = Scan(raw=text, code=body.upper(), symbology=symbology, gtin=gtin14(body))
    if leads or GS in body or symbology in _GS1_SYMBOLOGIES or _looks_like_gs1(body):
        return _with_elements(scan, body)
    if len(body) == 18 and body.isascii() and body.isdigit() and _checks(body):
        return replace(scan, sscc=body)
    return scan


def gtin14(code: str) -> str:
    """The 14-digit form of a GTIN of any length with a valid check digit; empty for anything else.

    Eight digits that begin with 0 are a UPC-E, a GTIN-12 with its zeros left out: GS1-8 prefixes
    000 to 099 are no trade items, and half of all UPC-E would pass for a GTIN-8.
    """
    if len(code) not in _GTIN_LENGTHS or not code.isascii() or not code.isdigit():
        return ""
    whole = _upc_a(code) if len(code) == 8 and code[0] == "0" else code
    return next((each.zfill(14) for each in (whole, code) if _checks(each)), "")


def _upc_a(code: str) -> str:
    """A UPC-E's twelve digits: the last but one says where the zeros stood."""
    system, digits, last, check = code[0], code[1:6], code[6], code[7]
    match last:
        case "0" | "1" | "2":
            middle = f"{digits[:2]}{last}0000{digits[2:]}"
        case "3":
            middle = f"{digits[:3]}00000{digits[3:]}"
        case "4":
            middle = f"{digits[:4]}00000{digits[4]}"
        case _:
            middle = f"{digits}0000{last}"
    return f"{system}{middle}{check}"


def key(code: str) -> str:
    """What two codes have in common when they mean the same: the 14-digit GTIN, else the text in capitals."""
    code = code.strip(_BLANK)
    return gtin14(code) or code.upper()


def forms(scan: Scan) -> tuple[str, ...]:
    """Every way the code may be written in a catalogue: as printed, and its GTIN with 14, 13, 12 and 8 digits."""
    found = dict.fromkeys((scan.code, scan.raw.strip(_BLANK)))
    if scan.gtin:
        for length in (14, 13, 12, 8):
            if not scan.gtin[: 14 - length].strip("0"):
                found[scan.gtin[14 - length :]] = None
    return tuple(found)


def _checks(digits: str) -> bool:
    return gs1_check_digit(digits[:-1]) == digits[-1]


def _looks_like_gs1(body: str) -> bool:
    """GS1 data without its prefix: `01` and a valid GTIN, `00` and a valid SSCC, a link, `(01)` as printed."""
    match body[:2]:
        case "01" | "02":
            return len(body) >= 16 and bool(gtin14(body[2:16]))
        case "00":
            return len(body) == 20 and body.isascii() and body.isdigit() and _checks(body)
        case "(0":
            return body.startswith(("(00)", "(01)", "(02)"))
        case "ht" | "HT":
            return body[:8].lower().startswith(("http://", "https://")) and "/01/" in body
        case _:
            return False


def _with_elements(scan: Scan, body: str) -> Scan:
    try:
        message = _message(body)
    except (BiipException, ValueError):
        return scan  # not GS1 after all: the code stands as it was read
    values = {element.ai.ai: element for element in message.element_strings}
    text = {ai: element.value for ai, element in values.items()}
    gtin, sscc = text.get("01") or text.get("02") or "", text.get("00", "")
    if not gtin and not sscc:
        return scan
    return replace(
        scan,
        gtin=gtin if gtin and _checks(gtin) else "",
        lot=text.get("10", ""),
        serial=text.get("21", ""),
        count=_number(text.get("37", "") or text.get("30", "")),
        sscc=sscc if sscc and _checks(sscc) else "",
    )


def _message(body: str) -> GS1Message:
    if body.startswith("("):
        return GS1Message.parse_hri(body)
    if body[:4].lower() == "http":
        from biip.gs1_digital_link_uris import GS1DigitalLinkURI

        return GS1DigitalLinkURI.parse(body).as_gs1_message()
    return GS1Message.parse(body)


def _number(digits: str) -> int:
    return int(digits) if digits.isdecimal() else 0


def _shown(raw: bytes | str) -> str:
    """Text that any log and any database takes, whatever bytes came."""
    if isinstance(raw, bytes):
        return raw.decode("utf-8", "backslashreplace")
    return raw.encode("utf-8", "backslashreplace").decode("utf-8")
