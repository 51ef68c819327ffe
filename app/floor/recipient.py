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
    from app.carriers import store as carriers
    from app.site import store as site

    shops = site.shops(tx)
    services = {(s.carrier, s.code): s for s in carriers.services(tx)}
    names = {code: carrier.name for code, carrier in carriers.carriers(tx).items()}
    found = {}
    for row in store.addressed(tx, shipments):
        shop, service = shops[row.shop], services.get((row.carrier, row.service))
        found[row.shipment] = Recipient(
            shipment=row.shipment,
            address=row.address,
            sender=shop.sender,
            returns=shop.returns,
            shop_name=shop.name,
            language=shop.language,
            number=row.number,
            placed_at=row.placed_at,
            carrier_name=names.get(row.carrier, row.carrier),
            service_name=service.name if service else row.service,
        )
    return found
