"""Whom a label is for: the one thing of a person that a bench holds, in its cache, apart from the packet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.db import Tx
from app.floor import store
from app.orders.order import Address
from app.site.site import Place


@dataclass(frozen=True, slots=True)
class Recipient:
    """Everything on the papers that the packet doesn't hold. `number` is the shop's own order number."""

    shipment: str
    address: Address
    sender: Place
    returns: Place
    shop_name: str
    language: str
    number: str
    placed_at: str
    carrier_name: str
    service_name: str


def recipients(tx: Tx, shipments: Sequence[str]) -> dict[str, Recipient]:
    """By shipment id. A forgotten customer's is absent: nothing can be printed for them any more."""
    return {
        row.shipment: Recipient(
            shipment=row.shipment,
            address=row.address,
            sender=row.sender,
            returns=row.returns,
            shop_name=row.shop_name,
            language=row.language,
            number=row.number,
            placed_at=row.placed_at,
            carrier_name=row.carrier_name,
            service_name=row.service_name,
        )
        for row in store.addressed(tx, shipments)
    }
