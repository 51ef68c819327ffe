"""JSON and plain values to typed ones. What msgspec must know of a type is built here, when the module is imported.

Left to itself msgspec builds it at the type's first use, and a second thread that meets the half-built description ends
the whole process: 9 of 60 runs with four threads (msgspec 0.22, measured 2026-11). A bench died of it now and then.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def from_json(kind: type[T]) -> Callable[[bytes | str], T]:
    """What reads JSON text as this type; msgspec.DecodeError or ValidationError when it has another form.

    Call it where a module is imported, never on the way: see above.
    """
    return msgspec.json.Decoder(kind).decode


def from_plain(kind: type[T]) -> Callable[[Any], T]:
    """What reads dicts, lists and texts as this type; msgspec.ValidationError when they have another form."""
    msgspec.json.Decoder(kind)  # for what is built with it
    return partial(msgspec.convert, type=kind)
