"""A shop's JSON payload: decoded exactly, and kept as received; what is none is refused with its place."""

from __future__ import annotations

import codecs
from decimal import Decimal
from typing import Any

import msgspec

from app.base.errors import BadInput
from app.channels.node import Node
from app.channels.reading import FIELD_LIMIT, currency, not_utf8, whole

_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def decoded(payload: bytes) -> Any:
    """What the JSON says, its numbers exact. BadInput with the byte where it is not UTF-8, not JSON, or cut short."""
    start = payload.removeprefix(codecs.BOM_UTF8)
    skipped = len(payload) - len(start)
    try:
        start.decode()  # msgspec counts the place of a wrong byte from the start of its text, not of the file
        if (place := start.find(0, 0, 4)) >= 0:  # UTF-16 and UTF-32 of a JSON's first signs; never UTF-8 of them
            raise not_utf8(b"\0", skipped + place)
        return _DECODER.decode(start)
    except UnicodeDecodeError as error:
        raise not_utf8(start[error.start : error.start + 1], skipped + error.start) from None
    except msgspec.DecodeError as error:
        reason, byte, place_of = str(error).partition(" (byte ")
        at = skipped + int(place_of.rstrip(")")) if byte else len(payload)
        raise BadInput(reason, at=f"byte {at}") from None
    except RecursionError:
        raise BadInput("got objects within objects without end", at="file") from None


def body_of(node: Node) -> str:
    """The order's own JSON, to be kept. BadInput where a text in it, or all of it, is longer than any real one."""
    body = _ENCODER.encode(node.value).decode()
    if len(body) > FIELD_LIMIT:
        node.check_lengths()
    try:
        return whole(body)
    except BadInput as error:
        raise node.wrong("", error.reason) from None


def currency_of(node: Node, field: str) -> str:
    """The currency code of a field. BadInput with its place when it is none."""
    try:
        return currency(node.id(field), field)
    except BadInput as error:
        raise node.wrong(field, error.reason) from None
