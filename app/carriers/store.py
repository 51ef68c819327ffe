"""Rows of carriers and services to values and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import delete, insert, select

from app.carriers.service import Carrier, Rate, Service
from app.carriers.tables import carrier, service
from app.db import Row, Tx


def carriers(tx: Tx) -> dict[str, Carrier]:
    return {row.code: Carrier(row.code, row.name) for row in tx.execute(select(carrier).order_by(carrier.c.code))}


def services(tx: Tx, warehouse: str | None = None) -> tuple[Service, ...]:
    """All services, or those of one warehouse, by warehouse, carrier and code."""
    wanted = select(service).order_by(service.c.warehouse, service.c.carrier, service.c.code)
    if warehouse is not None:
        wanted = wanted.where(service.c.warehouse == warehouse)
    return tuple(_service(row) for row in tx.execute(wanted).mappings())


def replace_services(tx: Tx, carriers: Sequence[Carrier], services: Sequence[Service]) -> None:
    """These are the carriers and services from now on; others are gone. Shipments keep the codes they were given."""
    tx.execute(delete(service))
    tx.execute(delete(carrier))
    if carriers:
        tx.execute(insert(carrier), [asdict(c) for c in carriers])
    if services:
        tx.execute(insert(service), [_row(s) for s in services])


def _row(value: Service) -> dict[str, object]:
    return asdict(value) | {
        "incoterms": list(value.incoterms),
        "forbids": list(value.forbids),
        "rates": [asdict(rate) | {"countries": list(rate.countries)} for rate in value.rates],
    }


def _service(row: Row) -> Service:
    return Service(
        **{
            **row,
            "incoterms": tuple(row["incoterms"]),
            "forbids": tuple(row["forbids"]),
            "rates": tuple(Rate(**{**rate, "countries": tuple(rate["countries"])}) for rate in row["rates"]),
        }
    )
