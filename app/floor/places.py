"""The bench is right about where goods were: it had them in its hands. The ledger follows."""

from __future__ import annotations

from collections.abc import Sequence

from app.db import Tx
from app.stock import store as stock
from app.stock.ledger import Row, is_bin
from app.stock.move import Move

Differs = tuple[str, str, int, str]  # (sku, place, units, source)


def covered(tx: Tx, moves: Sequence[Move]) -> tuple[list[Move], list[Row], list[Differs]]:
    """(moves, found, differs): the moves, led by those that bring the ledger's units to where the bench took them from.

    A picker who holds three units from a bin where the ledger knows two has found one of another place's: it is moved
    here first, from the bin that holds the most. Where no other bin holds one, it was found: a fact is never refused.
    What differed is told, for a count.
    """
    lying: dict[tuple[str, str, str, str], int] = {}
    for place in stock.places(tx, {(m.sku, m.warehouse) for m in moves}):
        lying[place.sku, place.place, place.lot, place.serial] = place.sellable
    before: list[Move] = []
    found: list[Row] = []
    differs: list[Differs] = []
    for m in moves:
        here = (m.sku, m.from_place, m.lot, m.serial)
        lacking = m.qty - lying.get(here, 0)
        if lacking > 0:
            differs.append((m.sku, m.from_place, lacking, m.source))
            others = [k for k in lying if k[0] == m.sku and k[2:] == here[2:] and k != here and is_bin(k[1])]
            for other in sorted(others, key=lambda k: (-lying[k], k)):
                take = min(lacking, lying[other])
                if take > 0:
                    before.append(
                        Move(m.sku, m.warehouse, other[1], m.from_place, take, "found", m.source, m.lot, m.serial)
                    )
                    lying[other] -= take
                    lacking -= take
            if lacking:
                found.append(
                    Row(m.sku, m.warehouse, "on_hand", lacking, "found", m.source, m.from_place, m.lot, m.serial)
                )
            lying[here] = m.qty
        lying[here] -= m.qty
        there = (m.sku, m.to_place, m.lot, m.serial)
        lying[there] = lying.get(there, 0) + m.qty
    return [*before, *moves], found, differs
