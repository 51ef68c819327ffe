"""A place in a JSON payload: reads a value there, or says exactly where it is not as expected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.base.errors import BadInput
from app.base.money import parse_decimal, rounded
from app.channels.reading import FIELD_LIMIT, bounded, clean, code, moment, quantity


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
            raise self.wrong(field, f"got {told(stated)}, expected true or false")
        return stated

    def units(self, field: str, *, least: int) -> int | None:
        if self.value.get(field) is None:
            return None
        stated = self.value[field]
        if not isinstance(stated, int) or isinstance(stated, bool):
            raise self.wrong(field, f"got {told(stated)}, expected a whole number of units")
        try:
            return quantity(stated, field, least=least)
        except BadInput as error:
            raise self.wrong(field, error.reason) from None

    def number(self, field: str) -> Decimal | None:
        """The exact decimal, from text or a JSON number."""
        stated = self.value.get(field)
        if stated is None or stated == "":
            return None
        if isinstance(stated, bool | list | dict):
            raise self.wrong(field, f"got {told(stated)}, expected a number")
        try:
            return parse_decimal(stated, field)
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

    def price(self, field: str, currency: str) -> int | None:
        """Minor units of what can't be less than nothing."""
        minor = self.minor(field, currency)
        if minor is not None and minor < 0:
            raise self.wrong(field, f"got {told(self.value[field])}, expected 0 or more")
        return minor

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
            raise self.wrong(field, f"got {told(stated)}, expected an object")
        return Node(f"{self.at}.{field}", stated)

    def nodes(self, field: str) -> Iterator[Node]:
        """Each object of a list; none when absent."""
        stated = self.value.get(field)
        if stated is None:
            return
        if not isinstance(stated, list):
            raise self.wrong(field, f"got {told(stated)}, expected a list")
        for n, item in enumerate(stated):
            if not isinstance(item, dict):
                raise self.wrong(f"{field}[{n}]", f"got {told(item)}, expected an object")
            yield Node(f"{self.at}.{field}[{n}]", item)

    def _stated(self, field: str) -> str:
        stated = self.value[field]
        if not isinstance(stated, str):
            raise self.wrong(field, f"got {told(stated)}, expected text")
        return stated

    def check_lengths(self) -> None:
        """BadInput at a text longer than FIELD_LIMIT, whether we read it or only keep it with the rest."""
        waiting: list[tuple[str, str, Any]] = [(self.at, "", self.value)]
        while waiting:
            at, field, stated = waiting.pop()
            if isinstance(stated, str) and len(stated) > FIELD_LIMIT:
                raise BadInput(f"got {len(stated)} characters, expected at most {FIELD_LIMIT}", at=at, field=field)
            if isinstance(stated, dict):
                inside = f"{at}.{field}" if field else at
                waiting += [(inside, name[:100], inner) for name, inner in stated.items()]
            elif isinstance(stated, list):
                waiting += [(at, f"{field}[{n}]", inner) for n, inner in enumerate(stated)]


def told(stated: object) -> str:
    """A JSON value as its sender wrote it, the beginning of a long one; of lists and objects only what they are."""
    match stated:
        case None:
            return "null"
        case bool():
            return str(stated).lower()
        case str():
            return f"{stated[:40]!r}"
        case list():
            return "a list"
        case dict():
            return "an object"
        case _:
            return f"{stated}"[:40]
