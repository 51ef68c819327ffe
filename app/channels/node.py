"""A place in a JSON payload: reads a value there, or says exactly where it is not as expected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.base.errors import BadInput
from app.base.money import parse_decimal, rounded
from app.channels.reading import bounded, clean, code, moment, quantity


@dataclass(frozen=True, slots=True)
class Node:
    """An object of the payload. `at` is its path ("orders[3].line_items[2]"). null and absent are the same."""

    at: str
    value: dict[str, Any]

    def wrong(self, field: str, reason: str) -> BadInput:
        return BadInput(reason, at=self.at, field=field)

    def text(self, field: str) -> str:
        """Cleaned text, empty when absent."""
        if self.value.get(field) is None:
            return ""
        try:
            return clean(self._stated(field), field)
        except BadInput as error:
            raise self.wrong(field, error.reason) from None

    def id(self, field: str) -> str:
        """A number or text that names something, empty when absent; refused with control characters in it."""
        stated = self.value.get(field)
        if isinstance(stated, int) and not isinstance(stated, bool):
            return str(stated)
        with_place = self._stated(field) if stated is not None else ""
        try:
            return code(with_place, field)
        except BadInput as error:
            raise self.wrong(field, error.reason) from None

    def flag(self, field: str, default: bool) -> bool:
        stated = self.value.get(field)
        if stated is None:
            return default
        if not isinstance(stated, bool):
            raise self.wrong(field, f"got {str(stated)[:40]!r}, expected true or false")
        return stated

    def units(self, field: str, *, least: int) -> int | None:
        if self.value.get(field) is None:
            return None
        stated = self.value[field]
        try:
            return quantity(stated if isinstance(stated, int) else f"{stated!r:.40}", field, least=least)
        except BadInput as error:
            raise self.wrong(field, error.reason) from None

    def number(self, field: str) -> Decimal | None:
        """The exact decimal, from text or a JSON number."""
        if self.value.get(field) in (None, ""):
            return None
        try:
            return parse_decimal(self.value[field], field)
        except BadInput as error:
            raise self.wrong(field, error.reason) from None

    def minor(self, field: str, currency: str) -> int | None:
        stated = self.number(field)
        if stated is None:
            return None
        try:
            return bounded(rounded(stated, currency), field)
        except BadInput as error:
            raise self.wrong(field, error.reason) from None

    def moment(self, field: str) -> str | None:
        stated = self.text(field)
        try:
            return moment(stated, "UTC", field) if stated else None
        except BadInput as error:
            raise self.wrong(field, error.reason) from None

    def node(self, field: str) -> Node | None:
        stated = self.value.get(field)
        if stated is None:
            return None
        if not isinstance(stated, dict):
            raise self.wrong(field, f"got {str(stated)[:40]!r}, expected an object")
        return Node(f"{self.at}.{field}", stated)

    def nodes(self, field: str) -> Iterator[Node]:
        """Each object of a list; none when absent."""
        stated = self.value.get(field)
        if stated is None:
            return
        if not isinstance(stated, list):
            raise self.wrong(field, f"got {str(stated)[:40]!r}, expected a list")
        for n, item in enumerate(stated):
            if not isinstance(item, dict):
                raise self.wrong(f"{field}[{n}]", f"got {str(item)[:40]!r}, expected an object")
            yield Node(f"{self.at}.{field}[{n}]", item)

    def _stated(self, field: str) -> str:
        stated = self.value[field]
        if not isinstance(stated, str):
            raise self.wrong(field, f"got {str(stated)[:40]!r}, expected text")
        return stated
