"""Whom a label is for: the one thing of a person that a bench holds, in its cache, apart from the packet."""

from __future__ import annotations

from dataclasses import dataclass

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
