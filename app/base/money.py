"""Money is integer minor units with a currency; dividing it loses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache

from app.base.errors import BadInput

# ISO 4217 exponents other than 2 (ISO 4217:2015 list one, checked 2026-11-22).
_NO_DECIMALS = (
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF",
)  # fmt: skip
_THREE_DECIMALS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_EXPONENTS = dict.fromkeys(_NO_DECIMALS, 0) | dict.fromkeys(_THREE_DECIMALS, 3)
# A line of a trillion units is a broken feed, not an order; it also keeps sums inside 64 bits.
_CEILING = 10**15


@cache
def exponent(currency: str) -> int:
    """How many decimals the currency's minor unit has."""
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An exact amount: `minor` units of `currency` (ISO 4217)."""

    minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __mul__(self, factor: int) -> Money:
        return Money(self.minor * factor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return other.minor

    @property
    def decimal(self) -> Decimal:
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __str__(self) -> str:
        return f"{self.decimal:.{exponent(self.currency)}f} {self.currency}"


def parse_decimal(text: object, field: str = "amount") -> Decimal:
    """The exact finite number in `text` (str, int or Decimal; never a float's binary noise); BadInput otherwise."""
    if isinstance(text, bool) or text is None or not isinstance(text, str | int | float | Decimal):
        raise BadInput(f"got {text!r:.40}, expected a number", field=field)
    try:
        value = Decimal(str(text).strip())
    except InvalidOperation:
        raise BadInput(f"got {str(text)[:40]!r}, expected a number", field=field) from None
    if not value.is_finite() or abs(value) >= _CEILING or abs(value.as_tuple().exponent) > 12:  # type: ignore[arg-type]
        raise BadInput(f"got {str(text)[:40]!r}, expected a number below 10^15 with at most 12 decimals", field=field)
    return value


def rounded(amount: Decimal, currency: str) -> int:
    """Minor units, half away from zero: the one place where a price finer than the minor unit is rounded."""
    return int(amount.scaleb(exponent(currency)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def share(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Divide `total` minor units by weight; the parts sum to `total` exactly (largest remainder, first wins a tie)."""
    if not weights:
        return ()
    whole = sum(weights)
    if whole <= 0:
        weights, whole = [1] * len(weights), len(weights)
    sign, size = (-1, -total) if total < 0 else (1, total)
    parts = [size * w // whole for w in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(size * weights[i] % whole), i))
    for i in order[: size - sum(parts)]:
        parts[i] += 1
    return tuple(sign * p for p in parts)
