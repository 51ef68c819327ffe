"""What must hold in the carriers' data."""

from __future__ import annotations

from collections.abc import Iterator

from app.base.finding import Finding
from app.carriers import store
from app.db import Tx
from app.site import store as site


def check(tx: Tx) -> Iterator[Finding]:
    """Services belong to carriers, leave from warehouses there are and have a price for somewhere."""
    carriers, warehouses = store.carriers(tx), site.warehouses(tx)
    for service in store.services(tx):
        subject = f"{service.carrier} {service.code} {service.warehouse}"
        if service.carrier not in carriers:
            yield Finding("service_has_carrier", subject, "no such carrier")
        if service.warehouse not in warehouses:
            yield Finding("service_leaves_from_somewhere", subject, "no such warehouse")
        if not service.rates:
            yield Finding("service_has_a_price", subject, "no rates")
        if not service.days_p50 <= service.days_p90:
            yield Finding("days_are_in_order", subject, f"p50 {service.days_p50}, p90 {service.days_p90}")
