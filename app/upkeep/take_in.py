"""Taking what we keep ourselves into the database: the site, products, bins, cartons, totes, stock.

Each file is taken in one transaction. What can't be taken of it is listed with its place; the rest is.
"""

from __future__ import annotations

import hashlib
import io
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from app.base.errors import BadInput
from app.carriers import store as carriers
from app.carriers.stated import read_carriers
from app.catalog import load, read
from app.catalog import store as catalog
from app.catalog.load import Loaded
from app.catalog.read import Refusal, StockRow
from app.db import Database, Tx, feed
from app.shipments.totes import store as totes
from app.site import store as site
from app.site.load import load_site
from app.site.read import read_site
from app.site.roles import Operator, require
from app.stock.receive import Receipt, ReceiptLine, receive

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file: rows read, records by what happened to them, and what was refused."""

    read: int
    added: int
    updated: int
    unchanged: int
    refused: tuple[Refusal, ...] = ()


Take = Callable[[Tx, str, Operator, datetime], Taken]


def take(database: Database, kind: str, file: Path, *, operator: Operator, now: datetime) -> Taken:
    """Takes one file of `kind` (a key of KINDS). A file that can't be read at all is refused as a whole."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
        return database.act(lambda tx: KINDS[kind](tx, text, operator, now))
    except UnicodeDecodeError as error:
        return Taken(0, 0, 0, 0, (Refusal(f"byte {error.start}", "", "is not UTF-8"),))
    except BadInput as error:
        return Taken(0, 0, 0, 0, (Refusal(error.at, error.field, error.reason),))


def _site(tx: Tx, text: str, operator: Operator, now: datetime) -> Taken:
    stated = read_site(text)
    carrying, services = read_carriers(tomllib.loads(text))
    known = {*site.warehouses(tx), *(w.code for w in stated.warehouses)}
    for one in services:
        if one.warehouse not in known:
            raise BadInput(f"got {one.warehouse!r:.40}, expected one of {', '.join(sorted(known))}",
                           at=f"carrier {one.carrier}, service {one.code}", field="warehouse")  # fmt: skip
    before = _pictured(tx)
    load_site(tx, stated, operator=operator)
    carriers.replace_services(tx, carrying, services)
    after = _pictured(tx)
    changed = [key for key in after if before.get(key) != after[key]]
    added = [key for key in changed if key not in before]
    if any(kind in ("operator", "company") for kind, _ in changed):  # the company says who needs a PIN
        feed.announce(tx, "operator", [o.badge for o in stated.operators] or ["*"], now)
    return Taken(len(after), len(added), len(changed) - len(added), len(after) - len(changed))


def _pictured(tx: Tx) -> dict[tuple[str, str], object]:
    """The site's records by kind and key, as values that can be compared."""
    return {
        **{("company", c.name): c for c in (site.company(tx),) if c.name},
        **{("shop", key): value for key, value in site.shops(tx).items()},
        **{("warehouse", key): value for key, value in site.warehouses(tx).items()},
        **{("station", s.name): (s.warehouse, s.printer) for s in site.stations(tx)},
        **{("operator", o.badge): o for o in site.operators(tx)},
        **{("carrier", key): value for key, value in carriers.carriers(tx).items()},
        **{("service", f"{s.carrier} {s.code} {s.warehouse}"): s for s in carriers.services(tx)},
    }


def _products(tx: Tx, text: str, operator: Operator, now: datetime) -> Taken:
    rows, refused, count = _parted(read.read_products(io.StringIO(text, newline="")))
    return _taken(load.load_products(tx, rows, operator=operator, now=now), count, refused)


def _bins(tx: Tx, text: str, operator: Operator, now: datetime) -> Taken:
    rows, refused, count = _parted(read.read_bins(io.StringIO(text, newline="")))
    known = site.warehouses(tx)
    stray = [b for b in rows if b.warehouse not in known]
    refused += [_no_warehouse(b.bin, b.warehouse, known) for b in stray]
    return _taken(load.load_bins(tx, [b for b in rows if b.warehouse in known], operator=operator), count, refused)


def _cartons(tx: Tx, text: str, operator: Operator, now: datetime) -> Taken:
    rows, refused, count = _parted(read.read_cartons(io.StringIO(text, newline="")))
    return _taken(load.load_cartons(tx, rows, operator=operator), count, refused)


def _totes(tx: Tx, text: str, operator: Operator, now: datetime) -> Taken:
    require(operator, "site.import")
    rows, refused, count = _parted(read.read_totes(io.StringIO(text, newline="")))
    known, before = site.warehouses(tx), totes.totes(tx)
    refused += [_no_warehouse(t.code, t.warehouse, known) for t in rows if t.warehouse not in known]
    named = {t.code: (t.scan, t.warehouse) for t in rows if t.warehouse in known}
    fresh = [code for code in named if code not in before]
    changed = [code for code in named if code in before and before[code] != named[code]]
    totes.add_totes(tx, [(code, *named[code]) for code in (*fresh, *changed)])
    same = len(named) - len(fresh) - len(changed)
    return Taken(count, len(fresh), len(changed), same, tuple(refused))


def _stock(tx: Tx, text: str, operator: Operator, now: datetime) -> Taken:
    """A delivery per warehouse, known by the file's own content: the same file again receives nothing."""
    digest = hashlib.sha256(text.encode()).hexdigest()[:24]
    rows, refused, count = _parted(read.read_stock(io.StringIO(text, newline="")))
    known = site.warehouses(tx)
    products = catalog.known(tx, {r.sku for r in rows})
    bins = {code: catalog.bins(tx, code) for code in known}
    good: list[StockRow] = []
    for row in rows:
        place = f"{row.warehouse} {row.bin} {row.sku}".replace("  ", " ")
        if row.warehouse not in known:
            refused.append(_no_warehouse(place, row.warehouse, known))
        elif row.sku not in products:
            refused.append(Refusal(place, "sku", f"got {row.sku!r:.60}, expected a SKU of the catalogue"))
        elif (row.type == "inbound") == bool(row.bin) or (row.bin and row.bin not in bins[row.warehouse]):
            expected = "none for what has not arrived" if row.type == "inbound" else "a bin of the warehouse"
            refused.append(Refusal(place, "bin", f"got {row.bin!r:.40}, expected {expected}"))
        else:
            good.append(row)
    added = unchanged = 0
    for warehouse in sorted({r.warehouse for r in good}):
        here = [r for r in good if r.warehouse == warehouse]
        lines, overdrawn = _lines(here)
        refused += overdrawn
        new = receive(tx, Receipt(f"{digest}-{warehouse}", warehouse, lines), operator=operator, now=now)
        added, unchanged = added + len(here) * new, unchanged + len(here) * (not new)
    return Taken(count, added, 0, unchanged, tuple(refused))


def _lines(rows: Sequence[StockRow]) -> tuple[tuple[ReceiptLine, ...], list[Refusal]]:
    """Rows count all pieces of a bin as on_hand, and say of how many of them damaged and hold are true."""
    pieces: Counter[tuple[str, str, str, str, str]] = Counter()
    for r in rows:
        pieces[r.sku, r.bin, r.lot, r.serial, r.type] += r.qty
    refused = []
    for (sku, bin_, lot, serial, type_), qty in list(pieces.items()):
        if type_ in ("damaged", "hold"):
            pieces[sku, bin_, lot, serial, "on_hand"] -= qty
            if pieces[sku, bin_, lot, serial, "on_hand"] < 0:
                at = f"{rows[0].warehouse} {bin_} {sku}"
                refused.append(Refusal(at, "qty", f"got {qty} {type_}, expected at most what is on_hand in the bin"))
                pieces[sku, bin_, lot, serial, "on_hand"] += qty
                del pieces[sku, bin_, lot, serial, type_]
    lines = (
        ReceiptLine(sku, qty, b, lot, serial, kind) for (sku, b, lot, serial, kind), qty in pieces.items() if qty > 0
    )
    return tuple(lines), refused


def _parted(found: Iterable[T | Refusal]) -> tuple[list[T], list[Refusal], int]:
    """Rows, what was refused, and how many there were."""
    rows: list[T] = []
    refused: list[Refusal] = []
    for one in found:
        if isinstance(one, Refusal):
            refused.append(one)
        else:
            rows.append(one)
    return rows, refused, len(rows) + len(refused)


def _taken(loaded: Loaded, count: int, refused: Sequence[Refusal]) -> Taken:
    return Taken(count, loaded.added, loaded.updated, loaded.unchanged, (*refused, *loaded.refused))


def _no_warehouse(at: str, got: str, known: Iterable[str]) -> Refusal:
    return Refusal(at, "warehouse", f"got {got!r:.40}, expected one of {', '.join(sorted(known))}")


KINDS: dict[str, Take] = {
    "site": _site,
    "products": _products,
    "bins": _bins,
    "cartons": _cartons,
    "totes": _totes,
    "stock": _stock,
}
