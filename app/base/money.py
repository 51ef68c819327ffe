"""Money is integer minor units with a currency; dividing it loses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache

from app.base.errors import BadInput

# ISO 4217 exponents other than 2 (ISO 4217:2015 list one, checked 2026-11-22).
_NO_DECIMALS = (
    "BIF", "BYR", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF",
    "XOF", "XPF",
)  # fmt: skip
_THREE_DECIMALS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_FOUR_DECIMALS = ("CLF", "UYW")
# Currencies and funds of ISO 4217 list one (checked 2026-11-22). Not those no price is in: metals, bonds, drawing
# rights, the code for tests and the one for none.
_TODAY = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
    CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL
    HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA
    MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD
    RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD
    USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
# Withdrawn since 2006 (list three): no shop system we read is older, and its old orders bear them.
_WITHDRAWN = """
    ANG AZM BGN BYR CUC CYP EEK GHC HRK LTL LVL MRO MTL MZM ROL SDD SIT SKK SLL STD TMM VEB VEF ZMK ZWD ZWL ZWN ZWR
"""
CURRENCIES = frozenset(_TODAY.split() + _WITHDRAWN.split())
_EXPONENTS = dict.fromkeys(_NO_DECIMALS, 0) | dict.fromkeys(_THREE_DECIMALS, 3) | dict.fromkeys(_FOUR_DECIMALS, 4)
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
