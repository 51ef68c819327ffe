"""Everything the chain may know: a snapshot of goods, warehouses, services and books at one instant."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

import msgspec

from app.base.errors import BadInput
from app.base.forms import from_plain
from app.base.paths import RESOURCES
from app.carriers.service import Service
from app.catalog.product import Carton, Product
from app.customs.book import Books
from app.planning.pins import Pins
from app.planning.planned import Want
from app.site.site import Warehouse


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What candidate splits are weighed with, in minor units of `currency` (resources/rules/planning.toml)."""

    version: str
    currency: str
    extra_shipment: int
    day: int
    border: int
    fill_percent: int
    most_shipments: int


_read = from_plain(Weights)


@cache
def weights() -> Weights:
    """The house's own weights; BadInput for a file that can't be taken."""
    file = RESOURCES / "rules" / "planning.toml"
    try:
        return _read(tomllib.loads(file.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadInput(str(error), at=file.name) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """`products` may grow during a run, as orders ask for more of them; nothing else changes."""

    products: Mapping[str, Product]
    cartons: tuple[Carton, ...]
    warehouses: Mapping[str, Warehouse]
    services: Mapping[str, tuple[Service, ...]]
    books: Books
    weights: Weights
    now: datetime

    @property
    def version(self) -> str:
        """Of all rules that decide: stored with each plan."""
        return f"{self.books.version}+planning.{self.weights.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """What an order asks of the chain. `freight_minor`: what the customer pays for delivery, without tax.

    `tax_minor`: tax as the shop stated it, None when it stated none. `ready_from`: goods may leave from then on.
    """

    order_id: str
    country: str
    currency: str
    wants: tuple[Want, ...]
    freight_minor: int
    tax_minor: int | None
    ready_from: datetime
    b2c: bool = True
    pins: Pins = field(default_factory=Pins)
