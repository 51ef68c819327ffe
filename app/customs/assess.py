"""What a consignment owes where it goes: the tariff book applied to goods, freight and parcels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from app.base.money import exponent, share
from app.customs.tariff import Rule, TariffBook


@dataclass(frozen=True, slots=True)
class Goods:
    """One declared item: `value_minor` for all its units, without tax, in the consignment's currency."""

    hs_code: str
    qty: int
    value_minor: int


@dataclass(frozen=True, slots=True)
class Consignment:
    """What one warehouse sends to one address at once. `freight_minor`: what the customer pays for its carriage."""

    origin: str
    country: str
    currency: str
    goods: tuple[Goods, ...]
    freight_minor: int
    parcels: int
    b2c: bool = True


@dataclass(frozen=True, slots=True)
class Entering:
    """All of the order that enters the destination's territory from outside: thresholds are judged on this."""

    goods_minor: int
    freight_minor: int


@dataclass(frozen=True, slots=True)
class Due:
    """kind: vat | duty | levy, in the consignment's currency. collected: sale | import. `count` of the basis."""

    kind: str
    rule: str
    basis: str
    minor: int
    count: int
    collected: str
    verify: bool


@dataclass(frozen=True, slots=True)
class Remark:
    """A rule that decided something without costing anything, or a gap; `reason` as in a plan's trace."""

    rule: str
    reason: str
    verify: bool
    inputs: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assessment:
    dues: tuple[Due, ...]
    remarks: tuple[Remark, ...]

    def total(self, *kinds: str) -> int:
        return sum(due.minor for due in self.dues if not kinds or due.kind in kinds)


def assess(book: TariffBook, consignment: Consignment, entering: Entering, on: date) -> Assessment:
    """Duties, levies and tax of one consignment, rule by rule; tax alone where no customs border is crossed."""
    if not book.exchange.knows(consignment.currency):
        return Assessment((), (Remark("", "no_exchange_rate", True, {"currency": consignment.currency}),))
    sums = _Sums(book, consignment, entering, on)
    rules = [
        rule
        for rule in book.in_force(consignment.country, on)
        if (not rule.b2c_only or consignment.b2c) and (not rule.shipped_from or consignment.origin in rule.shipped_from)
    ]
    if not book.crosses(consignment.origin, consignment.country):
        return sums.tax(rules, duty=0, crossing=False)
    at_border = sums.duties(rules)
    tax = sums.tax(rules, duty=at_border.total("duty"), crossing=True)
    return Assessment(at_border.dues + tax.dues, at_border.remarks + tax.remarks)


class _Sums:
    """The amounts of one consignment that its rules are worked out on."""

    def __init__(self, book: TariffBook, consignment: Consignment, entering: Entering, on: date) -> None:
        self.book, self.c, self.entering, self.on = book, consignment, entering, on
        self.freight = share(consignment.freight_minor, [g.value_minor for g in consignment.goods])

    def duties(self, rules: Sequence[Rule]) -> Assessment:
        """Duties and levies; a duty threshold the order stays under spares it the duty, never a levy."""
        dues: list[Due] = []
        remarks: list[Remark] = []
        free = self._threshold(rules, "duty_dm")
        if free is not None:
            remarks.append(Remark(free.id, "under_duty_threshold", free.verify(self.on), self._judged(free)))
        everything = range(len(self.c.goods))
        by_value = [r for r in rules if r.kind == "duty" and r.basis == "ad_valorem" and self._holds(r)]
        by_count = [r for r in rules if r.kind in {"duty", "levy"} and r.basis != "ad_valorem" and self._holds(r)]
        if free is None:
            chosen = self._closest(by_value, everything)
            dues += [self._by_value(rule, lines, "import") for rule, lines in chosen]
            spared = [i for i in everything if all(i not in lines for _, lines in chosen)]
            if spared and not any(r.kind == "duty" for r in by_count):
                remarks.append(Remark("", "duty_not_on_file", True, {"lines": len(spared)}))
        dues += [self._by_count(rule) for rule in by_count if rule.kind == "levy" or free is None]
        dues += [
            self._by_value(r, everything, "import")
            for r in rules
            if r.kind == "levy" and r.basis == "ad_valorem" and self._holds(r)
        ]
        remarks += [Remark(r.id, "papers_needed", r.verify(self.on)) for r in rules if r.kind == "doc"]
        return Assessment(tuple(dues), tuple(remarks))

    def tax(self, rules: Sequence[Rule], *, duty: int, crossing: bool) -> Assessment:
        """VAT, GST or consumption tax by its closest rule per item, and whether the seller takes it at the sale."""
        remarks: list[Remark] = []
        everything = range(len(self.c.goods))
        if crossing and (free := self._threshold(rules, "tax_dm")) is not None:
            remark = Remark(free.id, "under_tax_threshold", free.verify(self.on), self._judged(free))
            return Assessment((), (remark,))
        at_sale: set[int] = set() if crossing else set(everything)
        if crossing:
            for rule in rules:
                if rule.kind == "precollect" and self._holds(rule):
                    taken = [i for i in everything if rule.per == "consignment" or self._item_within(rule, i)]
                    if taken:
                        remarks.append(Remark(rule.id, "tax_at_sale", rule.verify(self.on), self._judged(rule)))
                    at_sale |= set(taken)
        dues: list[Due] = []
        duty_parts = share(duty, [g.value_minor for g in self.c.goods])
        chosen = self._closest([r for r in rules if r.kind == "vat" and self._holds(r)], everything)
        for rule, lines in chosen:
            for collected in ("sale", "import"):
                some = [i for i in lines if (i in at_sale) == (collected == "sale")]
                if some:
                    # Tax at the border is on the duty too; what the seller took at the sale is on the price alone.
                    extra = sum(duty_parts[i] for i in some) if collected == "import" else 0
                    dues.append(self._by_value(rule, some, collected, extra=extra))
        if not chosen:
            remarks.append(Remark("", "tax_not_on_file", True, {"country": self.c.country}))
        return Assessment(tuple(dues), tuple(remarks))

    def _threshold(self, rules: Sequence[Rule], kind: str) -> Rule | None:
        """The most generous rule of the kind that holds: a destination may grant some senders more than others."""
        holding = [r for r in rules if r.kind == kind and self._holds(r)]
        return max(holding, key=lambda r: r.at_most or Decimal(0), default=None)

    def _value(self, rule: Rule) -> Decimal:
        minor = self.entering.goods_minor
        if rule.threshold_basis == "cif":
            minor += self.entering.freight_minor
        return self.book.exchange.exact(minor, self.c.currency, rule.currency)

    def _holds(self, rule: Rule) -> bool:
        if rule.per == "item" or (rule.above is None and rule.at_most is None):
            return True
        value = self._value(rule)
        return (rule.above is None or value > rule.above) and (rule.at_most is None or value <= rule.at_most)

    def _item_within(self, rule: Rule, i: int) -> bool:
        goods = self.c.goods[i]
        each = self.book.exchange.exact(goods.value_minor, self.c.currency, rule.currency) / goods.qty
        return rule.at_most is None or each <= rule.at_most

    def _judged(self, rule: Rule) -> dict[str, object]:
        """What a threshold was judged on, for the trace."""
        return {
            "value_minor": self.entering.goods_minor,
            "freight_minor": self.entering.freight_minor if rule.threshold_basis == "cif" else 0,
            "currency": self.c.currency,
            "at_most": str(rule.at_most),
            "in": rule.currency,
            "rates_of": self.book.exchange.on.isoformat(),
        }

    def _closest(self, rules: Sequence[Rule], lines: Sequence[int]) -> list[tuple[Rule, list[int]]]:
        """The rules used, each with its items: an item's is the one that names its HS code most closely."""
        found: dict[str, tuple[Rule, list[int]]] = {}
        for i in lines:
            ranked = [(rule.match(self.c.goods[i].hs_code), -n, rule) for n, rule in enumerate(rules)]
            best = max((entry for entry in ranked if entry[0] >= 0), default=None, key=lambda e: e[:2])
            if best is not None:
                found.setdefault(best[2].id, (best[2], []))[1].append(i)
        return list(found.values())

    def _by_value(self, rule: Rule, lines: Sequence[int], collected: str, *, extra: int = 0) -> Due:
        base = sum(self.c.goods[i].value_minor for i in lines) + extra
        if rule.includes_freight:
            base += sum(self.freight[i] for i in lines)
        amount = Decimal(base) * rule.value / 100
        if rule.minus:
            off = rule.minus * self.book.exchange.rates[self.c.currency] / self.book.exchange.rates[rule.currency]
            amount = max(Decimal(0), amount - off.scaleb(exponent(self.c.currency)))
        minor = int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))
        return Due(rule.kind, rule.id, rule.basis, minor, len(lines), collected, rule.verify(self.on))

    def _by_count(self, rule: Rule) -> Due:
        count = self._count(rule)
        minor = self.book.exchange.convert(
            int((rule.value * count).scaleb(exponent(rule.currency))), rule.currency, self.c.currency
        )
        return Due(rule.kind, rule.id, rule.basis, minor, count, "import", rule.verify(self.on))

    def _count(self, rule: Rule) -> int:
        match rule.basis:
            case "unit":
                return sum(g.qty for g in self.c.goods)
            case "line":
                # An item line of a declaration is one HS subheading; whether origin parts it too is not settled.
                return len({g.hs_code[:6] or f"?{n}" for n, g in enumerate(self.c.goods)})
            case "parcel":
                return self.c.parcels
            case _:
                return 1
