"""Taking products, bins and cartons into the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from app.catalog import store
from app.catalog.product import Carton, Product
from app.catalog.read import Bin, Refusal
from app.db import Tx
from app.db.feed import announce
from app.site.roles import Operator, require


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many records were new, changed, or known already; and which were not taken."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: tuple[Refusal, ...] = ()


def load_products(tx: Tx, products: Sequence[Product], *, operator: Operator, now: datetime) -> Loaded:
    """Adds or replaces by SKU. A bundle with a part nobody knows, or that is a bundle itself, is refused."""
    require(operator, "site.import")
    named = {p.sku: p for p in products}
    parts = {part for p in named.values() for part, _ in p.parts}
    known, made = store.known(tx, parts), store.parts(tx, parts)
    refused = []
    for product in list(named.values()):
        wrong = _wrong_part(product, named, known, set(made))
        if wrong:
            refused.append(Refusal(product.sku, "parts", wrong))
            del named[product.sku]
    before = {sku: _plain(p) for sku, p in store.products(tx, named).items()}
    fresh = [p for p in named.values() if p.sku not in before]
    changed = [p for p in named.values() if p.sku in before and before[p.sku] != _plain(p)]
    store.add_products(tx, [*fresh, *changed])
    announce(tx, "product", [p.sku for p in (*fresh, *changed)], now)
    return Loaded(len(fresh), len(changed), len(named) - len(fresh) - len(changed), tuple(refused))


def load_bins(tx: Tx, bins: Sequence[Bin], *, operator: Operator) -> Loaded:
    """Adds or replaces by warehouse and bin."""
    require(operator, "site.import")
    named = {(b.warehouse, b.bin): b for b in bins}
    before = {
        (warehouse, name): (walk, kind)
        for warehouse in {b.warehouse for b in bins}
        for name, (walk, kind) in store.bins(tx, warehouse).items()
    }
    fresh = [b for key, b in named.items() if key not in before]
    changed = [b for key, b in named.items() if key in before and before[key] != (b.walk_order, b.kind)]
    store.add_bins(tx, [asdict(b) for b in (*fresh, *changed)])
    return Loaded(len(fresh), len(changed), len(named) - len(fresh) - len(changed))


def load_cartons(tx: Tx, cartons: Sequence[Carton], *, operator: Operator) -> Loaded:
    """Adds or replaces by code."""
    require(operator, "site.import")
    named = {c.code: c for c in cartons}
    before = {c.code: c for c in store.cartons(tx)}
    fresh = [c for code, c in named.items() if code not in before]
    changed = [c for code, c in named.items() if code in before and before[code] != c]
    store.add_cartons(tx, [*fresh, *changed])
    return Loaded(len(fresh), len(changed), len(named) - len(fresh) - len(changed))


def _plain(product: Product) -> Product:
    """Without what is worked out on the way in, and with its codes in one order: fit to be compared."""
    return replace(
        product,
        titles=dict(product.titles),
        missing=(),
        barcodes=tuple(sorted(product.barcodes)),
        parts=tuple(sorted(product.parts)),
    )


def _wrong_part(product: Product, named: dict[str, Product], known: set[str], bundles: set[str]) -> str:
    for part, _ in product.parts:
        if part not in named and part not in known:
            return f"got {part!r:.60}, expected a SKU of this file or of the catalogue"
        if (part in named and named[part].parts) or (part not in named and part in bundles):
            return f"got {part!r:.60}, which is a bundle itself; expected single products"
    return ""
