"""An order from its rows of a CSV: which are goods, which money, which neither."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from app.base.errors import BadInput
from app.base.money import parse_decimal, rounded
from app.channels.csv_map import ORDER_FIELDS, Kind, Map
from app.channels.reading import (
    FIELD_LIMIT,
    Read,
    Refusal,
    Skipped,
    bounded,
    clean,
    code,
    currency,
    moment,
    quantity,
    total_of,
    whole,
)
from app.orders.order import PAYMENTS, Address, Charge, Customer, Order, OrderLine, RawDocument, TaxLine, difference

Row = tuple[int, list[str]]
_TIMES = ("placed_at", "updated_at", "cancelled_at", "available_from")
_ONE_ANSWER = ("customer", "country", "currency", "payment")  # rows of one order that contradict each other here


class Rows:
    """Reads the rows of one file: knows where its columns stand, and remembers which cells fit which kind."""

    def __init__(self, mapped: Map, header: Sequence[str], shop: str, file: str) -> None:
        self._map, self._header, self._shop, self._file = mapped, list(header), shop, file
        self._at = {field: header.index(column) for field, column in mapped.columns.items()}
        self._number = self._at["number"]
        self._order_fields = [(f, self._at[f]) for f in ORDER_FIELDS if f in self._at and f not in ("number", *_TIMES)]
        # One bit per kind: a line's kind is the lowest bit that all its cells leave standing.
        self._fits: dict[str, dict[str, int]] = {f: {} for k in mapped.kinds for f in (*k.texts, *k.signs)}

    def number(self, cells: Sequence[str]) -> str | None:
        return (cells[self._number].strip() if len(cells) > self._number else "") or None

    def nameless(self, at: int, cells: Sequence[str]) -> Read:
        reason = f"got {len(cells)} columns, expected {len(self._header)} and an order's number in one"
        return Read(Refusal(f"row {at}", self._map.columns["number"], reason, self._file), {"refused": 1})

    def order(self, number: str, rows: Sequence[Row]) -> Read:
        """What these rows of one number are: an order, a document, nothing of ours, or refused with the reason."""
        try:
            return self._read(number, rows)
        except BadInput as error:
            at, field = error.at or f"row {rows[0][0]}", self._map.columns.get(error.field, error.field)
            refusal = Refusal(at, field, error.reason, self._file, clean(number[:255], "number"))
            return Read(refusal, {"refused": len(rows)})

    def _read(self, stated_number: str, rows: Sequence[Row]) -> Read:
        number = code(stated_number, "number")
        for at, cells in rows:
            if len(cells) != len(self._header):
                raise BadInput(f"expected {len(self._header)} columns, got {len(cells)}", at=f"row {at}")
            if (longest := max(map(len, cells))) > FIELD_LIMIT:
                place = [len(cell) for cell in cells].index(longest)
                reason = f"got {longest} characters, expected at most {FIELD_LIMIT}"
                raise BadInput(reason, at=f"row {at}", field=self._header[place])
        kinds = [self._kind(cells) for _, cells in rows]
        for kind in kinds:
            if kind and kind.becomes == "document":
                key = code(self._cell(rows[0][1], "customer"), "customer")
                return Read(RawDocument(self._shop, number, kind.name, self._body(rows), key), {kind.name: len(rows)})
        if all(kinds):
            names = Counter(f"skipped.{kind.name}" for kind in kinds if kind)
            kind_of_all = next(iter(names)).removeprefix("skipped.") if len(names) == 1 else "mixed"
            return Read(Skipped(kind_of_all, number), names)
        order = self._order(number, rows, kinds)
        return Read(order, Counter(_counted(kind) for kind in kinds))

    def _order(self, number: str, rows: Sequence[Row], kinds: Sequence[Kind | None]) -> Order:
        stated = self._stated(rows)
        money = currency(stated["currency"], "currency")
        lines: list[OrderLine] = []
        charges: list[Charge] = []
        seen: set[str] = set()
        for (at, cells), kind in zip(rows, kinds, strict=True):
            try:
                if kind is None:
                    line = self._line(cells, len(lines) + 1, at, money)
                    if line.shop_line in seen:
                        raise BadInput(f"got {line.shop_line!r} twice in one order", field="line")
                    seen.add(line.shop_line)
                    lines.append(line)
                elif kind.becomes == "charge":
                    charges.append(self._charge(cells, kind, money))
            except BadInput as error:
                raise BadInput(error.reason, at=f"row {at}", field=error.field) from None
        if shipping := stated.get("shipping"):
            charges.append(Charge("shipping", "", _amount(shipping, money, "shipping")))
        total = _amount(said, money, "order_total") if (said := stated.get("order_total")) else None
        more, total_minor = difference(lines, charges, taxes_included=self._map.taxes_included, stated=total)
        ship_to, customer = self._people(stated)
        times = self._times(rows)
        if "placed_at" not in times:
            raise BadInput("expected a time", field="placed_at")
        return Order(
            shop=self._shop,
            number=number,
            payment=self._payment(stated["payment"]),
            placed_at=times["placed_at"],
            # Empty where the shop keeps no versions: intake then compares what was sent.
            updated_at=times.get("updated_at", ""),
            currency=money,
            taxes_included=self._map.taxes_included,
            lines=tuple(lines),
            total_minor=total_of(total_minor),
            charges=(*charges, *more),
            ship_to=ship_to,
            customer=customer,
            cancelled_at=times.get("cancelled_at"),
            available_from=times.get("available_from"),
            tags=tuple(t for t in (clean(tag, "tags") for tag in stated.get("tags", "").split(",")) if t),
            notes=tuple(n for n in (clean(stated.get("note", ""), "note"),) if n),
            source=clean(stated.get("source", ""), "source"),
            medium=clean(stated.get("medium", ""), "medium"),
            campaign=clean(stated.get("campaign", ""), "campaign"),
            body=self._body(rows),
        )

    def _line(self, cells: Sequence[str], n: int, at: int, money: str) -> OrderLine:
        at_ = self._at
        sku = code(cells[at_["sku"]], "sku")
        if not sku:
            raise BadInput("expected a SKU", field="sku")
        qty = quantity(cells[at_["qty"]].strip(), "qty")
        price = _price(cells[at_["unit_price"]])
        total = _total(price, qty, money)
        taxes: tuple[TaxLine, ...] = ()
        discount = 0
        if "line_discount" in at_ and (text := cells[at_["line_discount"]].strip()):
            discount = rounded(parse_decimal(text, "line_discount"), money)
            if not 0 <= discount <= total:
                raise BadInput(f"got {text}, expected 0 to the line's {total} minor units", field="line_discount")
        if "line_tax" in at_ and (text := cells[at_["line_tax"]].strip()):
            tax = rounded(parse_decimal(text, "line_tax"), money)
            rate = parse_decimal(self._cell(cells, "tax_rate") or "0", "tax_rate")
            taxes = (TaxLine("", rate, bounded(tax, "line_tax")),) if tax else ()
        title = cells[at_["title"]] if "title" in at_ else ""
        stated_line = code(cells[at_["line"]], "line") if "line" in at_ else str(at)
        return OrderLine(n, stated_line, sku, clean(title, "title"), qty, price, total, discount, taxes)

    def _charge(self, cells: Sequence[str], kind: Kind, money: str) -> Charge:
        qty = quantity(self._cell(cells, "qty"), "qty", least=-1_000_000)
        minor = bounded(
            rounded(parse_decimal(self._cell(cells, "unit_price"), "unit_price") * qty, money), "unit_price"
        )
        return Charge(kind.charge, clean(self._cell(cells, "title"), "title"), minor)

    def _people(self, stated: dict[str, str]) -> tuple[Address | None, Customer | None]:
        said = {
            f: clean(stated.get(f, ""), f) for f in ("name", "company", "city", "region", "postcode", "phone", "email")
        }
        street = tuple(s for s in (clean(stated.get(f, ""), f) for f in ("street", "street2")) if s)
        country = self._country(stated.get("country", ""))
        key = code(stated.get("customer", ""), "customer") or said["email"]
        customer = Customer(key, said["name"], said["email"], said["phone"]) if key else None
        return Address(**said, street=street, country=country), customer

    def _country(self, stated: str) -> str:
        mapped = self._map.countries.get(stated.strip().casefold())
        return country_named(stated.strip()) if mapped is None else mapped

    def _payment(self, stated: str) -> str:
        payment = self._map.payments.get(stated, stated)
        if payment not in PAYMENTS:
            raise BadInput(f"got {stated[:40]!r}, expected one of {', '.join(PAYMENTS)}", field="payment")
        return payment

    def _stated(self, rows: Sequence[Row]) -> dict[str, str]:
        """What the rows say of the order as a whole: the first filled cell of each, the earliest and latest time."""
        stated = dict(self._map.constants)
        for field, place in self._order_fields:
            said = list(dict.fromkeys(cell for _, cells in rows if (cell := cells[place].strip())))
            if field in _ONE_ANSWER and len(said) > 1:
                raise BadInput(f"got {said[0][:40]!r} and {said[1][:40]!r} in one order", field=field)
            if said:
                stated[field] = said[0]
            stated.setdefault(field, "")
        return stated

    def _times(self, rows: Sequence[Row]) -> dict[str, str]:
        """The order's times as stamps: the earliest it was placed at, the latest of all others."""
        times = {f: moment(self._map.constants[f], self._map.time_zone, f) for f in _TIMES if f in self._map.constants}
        for field in _TIMES:
            place = self._at.get(field)
            if place is None:
                continue
            for at, cells in rows:
                if not (cell := cells[place].strip()):
                    continue
                try:
                    stamp = moment(cell, self._map.time_zone, field)
                except BadInput as error:
                    raise BadInput(error.reason, at=f"row {at}", field=field) from None
                best = min if field == "placed_at" else max
                times[field] = best(times.get(field, stamp), stamp)
        return times

    def _cell(self, cells: Sequence[str], field: str) -> str:
        return cells[self._at[field]].strip() if field in self._at else ""

    def _body(self, rows: Sequence[Row]) -> str:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([self._header, *(cells for _, cells in rows)])
        return whole(text.getvalue().replace("\0", ""))

    def _kind(self, cells: Sequence[str]) -> Kind | None:
        fits = -1
        for field, known in self._fits.items():
            cell = cells[self._at[field]] if field in self._at else ""
            mask = known.get(cell)
            if mask is None:
                mask = known[cell] = self._mask(field, cell.strip())
            fits &= mask
        fits &= (1 << len(self._map.kinds)) - 1
        return self._map.kinds[(fits & -fits).bit_length() - 1] if fits else None

    def _mask(self, field: str, cell: str) -> int:
        mask = 0
        for bit, kind in enumerate(self._map.kinds):
            pattern, sign = kind.texts.get(field), kind.signs.get(field)
            if (pattern is None or pattern.fullmatch(cell)) and (sign is None or sign == _sign(cell)):
                mask |= 1 << bit
        return mask


def _counted(kind: Kind | None) -> str:
    if kind is None:
        return "goods"
    return "charge" if kind.becomes == "charge" else f"skipped.{kind.name}"


def _sign(cell: str) -> int | None:
    try:
        number = parse_decimal(cell)
    except BadInput:
        return None
    return (number > 0) - (number < 0)


def _amount(cell: str, money: str, field: str) -> int:
    """Minor units of what can't be less than nothing."""
    amount = parse_decimal(cell, field)
    if amount < 0:
        raise BadInput(f"got {cell.strip()}, expected 0 or more", field=field)
    return bounded(rounded(amount, money), field)


@lru_cache(65_536)
def _price(cell: str) -> Decimal:
    price = parse_decimal(cell, "unit_price")
    if price < 0:
        raise BadInput(f"got {cell.strip()}, expected a price of 0 or more", field="unit_price")
    return price


def _total(price: Decimal, qty: int, money: str) -> int:
    return bounded(rounded(price * qty, money), "unit_price")


@lru_cache(4_096)
def country_named(name: str) -> str:
    """ISO 3166 alpha-2 for a code or an English name; empty when nobody knows it."""
    from babel import Locale

    territories = Locale("en").territories
    if len(name) == 2 and name.upper() in territories:
        return name.upper()
    plain = name.casefold()
    # CLDR says "Hong Kong SAR China" where everybody, shops included, says Hong Kong.
    names = {code: said.removesuffix(" SAR China").casefold() for code, said in territories.items()}
    return next((code for code, said in names.items() if said == plain and len(code) == 2 and code.isalpha()), "")
