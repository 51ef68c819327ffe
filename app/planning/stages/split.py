"""Stage 1: which warehouse sends which units. Candidates only; what they cost is worked out by the stages after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, permutations

from app.base.money import share
from app.planning.pins import Pins
from app.planning.planned import Part, Piece, Want

Split = tuple[Part, ...]
Free = Mapping[tuple[str, str], int]  # (sku, warehouse) → units that may be promised

# So many ways of drawing on warehouses are weighed for each number of shipments: enough for every way of five.
_MOST_WAYS = 120


def missing(wants: Sequence[Want], free: Free, warehouses: Sequence[str], pins: Pins) -> dict[str, int]:
    """Units per SKU that no warehouse has, those pinned to one counted there alone; empty: enough is there."""
    short: dict[str, int] = {}
    left = {(w.sku, code): free.get((w.sku, code), 0) for w in wants for code in warehouses}
    for want in sorted(wants, key=lambda w: not pins.warehouse_for(w.order_line)):
        lacking = want.qty - sum(n for _, n in _draw(want, left, warehouses, pins))
        if lacking:
            short[want.sku] = short.get(want.sku, 0) + lacking
    return short


def candidates(
    wants: Sequence[Want], free: Free, warehouses: Sequence[str], pins: Pins, most: int
) -> Iterator[list[Split]]:
    """Ways to serve all wants: first those with one shipment, then with two, up to `most`; each once, in fixed order.

    A way draws on its warehouses in turn, each giving all it can.
    """
    useful = [code for code in warehouses if any(free.get((want.sku, code), 0) > 0 for want in wants)]
    for number in range(1, min(most, len(useful)) + 1):
        found: dict[Split, None] = {}
        for ways in islice(permutations(useful, number), _MOST_WAYS):
            split = _serve(wants, free, ways, pins)
            if split is not None and len(split) == number:
                found.setdefault(split)
        if found:
            yield list(found)


def _serve(wants: Sequence[Want], free: Free, ways: Sequence[str], pins: Pins) -> Split | None:
    """The split that draws on `ways` in turn; None where they don't have it all."""
    left = {(want.sku, code): free.get((want.sku, code), 0) for want in wants for code in ways}
    drawn: list[list[tuple[str, int]]] = [[] for _ in wants]
    # Pinned wants choose first: others may go elsewhere.
    for i in sorted(range(len(wants)), key=lambda i: not pins.warehouse_for(wants[i].order_line)):
        drawn[i] = _draw(wants[i], left, ways, pins)
        if sum(n for _, n in drawn[i]) < wants[i].qty:
            return None
    by_warehouse: dict[str, list[Piece]] = {}
    for want, taken in zip(wants, drawn, strict=True):
        taken.sort()  # whatever the turn: the same units make the same split
        values = share(want.value_minor, [n for _, n in taken])
        for (code, n), value in zip(taken, values, strict=True):
            pieces = by_warehouse.setdefault(code, [])
            pieces.append(Piece(len(pieces) + 1, want.order_line, want.sku, n, value))
    return tuple(Part(code, tuple(by_warehouse[code])) for code in sorted(by_warehouse))


def _draw(want: Want, left: dict[tuple[str, str], int], ways: Sequence[str], pins: Pins) -> list[tuple[str, int]]:
    """Take the want's units out of `left`, warehouse by warehouse."""
    pinned = pins.warehouse_for(want.order_line)
    taken: list[tuple[str, int]] = []
    open_units = want.qty
    for code in ways:
        if pinned and code != pinned:
            continue
        n = min(open_units, max(0, left[want.sku, code]))
        if n:
            left[want.sku, code] -= n
            open_units -= n
            taken.append((code, n))
    return taken
