"""What people decided in a stage's place; the stages after it are worked out around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.base.errors import BadInput

# stage → the field its value has. key: split and declaration an order line's number, carriage a warehouse; `*` any.
STAGES = {"split": "warehouse", "parcels": "carton", "declaration": "value_minor", "carriage": "service"}


@dataclass(frozen=True, slots=True)
class Pin:
    """One override with its author. `value`: {"warehouse"|"carton"|"service": code} or {"value_minor": n}."""

    order_id: str
    stage: str
    key: str
    value: Mapping[str, object]
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Pins:
    """The pins of one order, ready for the stages. A declared value is for all units of its order line."""

    warehouse: Mapping[str, str] = field(default_factory=dict)
    carton: str = ""
    declared: Mapping[int, int] = field(default_factory=dict)
    service: Mapping[str, str] = field(default_factory=dict)
    authors: Mapping[str, str] = field(default_factory=dict)  # by stage, for the trace

    def warehouse_for(self, order_line: int) -> str:
        return self.warehouse.get(str(order_line)) or self.warehouse.get("*", "")

    def service_for(self, warehouse: str) -> str:
        return self.service.get(warehouse) or self.service.get("*", "")


def gather(pins: Iterable[Pin]) -> Pins:
    """The pins of one order by what they decide."""
    warehouse: dict[str, str] = {}
    service: dict[str, str] = {}
    declared: dict[int, int] = {}
    authors: dict[str, str] = {}
    carton = ""
    for pin in pins:
        authors[pin.stage] = pin.by
        match pin.stage:
            case "split":
                warehouse[pin.key] = str(pin.value["warehouse"])
            case "parcels":
                carton = str(pin.value["carton"])
            case "declaration":
                declared[int(pin.key)] = int(str(pin.value["value_minor"]))
            case "carriage":
                service[pin.key] = str(pin.value["service"])
            case other:
                raise ValueError(f"{pin.order_id}: a pin on stage {other!r}, expected {', '.join(STAGES)}")
    return Pins(warehouse, carton, declared, service, authors)


def checked(stage: str, key: str, value: Mapping[str, object]) -> None:
    """BadInput unless this is a pin the stage can follow."""
    if stage not in STAGES:
        raise BadInput(f"got {stage!r:.40}, expected {', '.join(STAGES)}", field="stage")
    wanted = STAGES[stage]
    if set(value) != {wanted}:
        raise BadInput(f"got {', '.join(sorted(value))!r:.80}, expected {wanted}", field="value")
    if stage == "declaration":
        minor = value[wanted]
        if not isinstance(minor, int) or isinstance(minor, bool) or minor < 0:
            raise BadInput(f"got {minor!r:.40}, expected minor units from 0", field=wanted)
        if not key.isdecimal():
            raise BadInput(f"got {key!r:.40}, expected an order line's number", field="key")
    elif not isinstance(value[wanted], str) or not value[wanted]:
        raise BadInput(f"got {value[wanted]!r:.40}, expected a code", field=wanted)
    if stage == "split" and key != "*" and not key.isdecimal():
        raise BadInput(f"got {key!r:.40}, expected an order line's number or *", field="key")
