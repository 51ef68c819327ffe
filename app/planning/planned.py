"""The values the five stages pass on: what is to be sent, in which shipments and parcels, at what cost, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Want:
    """Units of one stock-keeping SKU for one order line, bundles expanded.

    `value_minor`: what the customer pays for all of them, discounts taken off, without tax, in the order's currency.
    """

    order_line: int
    sku: str
    qty: int
    value_minor: int


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a want that one shipment sends; `line` numbers it within the shipment."""

    line: int
    order_line: int
    sku: str
    qty: int
    value_minor: int


@dataclass(frozen=True, slots=True)
class Part:
    """What one warehouse would send in a candidate split."""

    warehouse: str
    pieces: tuple[Piece, ...]

    @property
    def value_minor(self) -> int:
        return sum(piece.value_minor for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class PlannedParcel:
    """A box as suggested, `alike` of just this: `items` are (line, qty), `sides` mm. carton "": its own wrap."""

    carton: str
    items: tuple[tuple[int, int], ...]
    weight_g: int
    sides: tuple[int, int, int]
    alike: int = 1


@dataclass(frozen=True, slots=True)
class DeclaredLine:
    """One item of a customs declaration; product identifiers only where the destination asks for them."""

    line: int
    sku: str
    hs_code: str
    origin: str
    qty: int
    value_minor: int
    weight_g: int
    m_pid: str = ""
    ns_pid: str = ""
    s_pid: str = ""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is told to customs of `territory` about one shipment."""

    territory: str
    currency: str
    lines: tuple[DeclaredLine, ...]

    @property
    def value_minor(self) -> int:
        return sum(line.value_minor for line in self.lines)


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """A duty, levy or tax: kind, the tariff's rule, basis and count, collected at sale | import; order currency."""

    kind: str
    rule: str
    basis: str
    count: int
    minor: int
    collected: str
    verify: bool


@dataclass(frozen=True, slots=True)
class Carriage:
    """The service chosen for a shipment. `price_minor` in the carrier's `currency`, `cost_minor` in the order's."""

    carrier: str
    service: str
    incoterm: str
    parcels: int
    price_minor: int
    currency: str
    cost_minor: int
    leaves_at: datetime
    days_p50: int
    days_p90: int


@dataclass(frozen=True, slots=True)
class PlannedShipment:
    """One warehouse, one consignment, through all stages. declaration None: no customs border is crossed."""

    warehouse: str
    pieces: tuple[Piece, ...]
    parcels: tuple[PlannedParcel, ...]
    declaration: Declaration | None
    charges: tuple[ChargeLine, ...]
    carriage: Carriage


@dataclass(frozen=True, slots=True)
class TraceLine:
    """Why: the stage, the rule and its version, what it looked at (ids and numbers), what followed.

    `reason` is the wording entry `planning.reason.<reason>`, filled with `inputs`.
    """

    stage: str
    rule: str
    version: str
    reason: str
    inputs: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """What keeps an order from being planned. `kind` is a case's kind; `detail` ids, field names and numbers."""

    kind: str
    rule: str
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """What would become of an order, and why. With findings there are no shipments."""

    order_id: str
    shipments: tuple[PlannedShipment, ...]
    trace: tuple[TraceLine, ...]
    wants: tuple[Want, ...] = ()
    findings: tuple[Finding, ...] = ()
    cost_minor: int = 0
    currency: str = ""
    version: str = ""
