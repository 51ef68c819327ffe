"""A plan as it is kept and as machines read it: ids, codes and numbers only."""

from __future__ import annotations

from dataclasses import asdict

from app.base.clock import stamp
from app.planning.planned import Plan, PlannedShipment
from app.planning.said import said


def shipment_record(key: str, one: PlannedShipment) -> dict[str, object]:
    """One shipment through all stages. `key`: its id, empty while it is only a preview."""
    return {
        "shipment": key,
        "warehouse": one.warehouse,
        "lines": [asdict(piece) for piece in one.pieces],
        "parcels": [asdict(parcel) for parcel in one.parcels],
        "declaration": asdict(one.declaration) if one.declaration else None,
        "charges": [asdict(charge) for charge in one.charges],
        "carriage": asdict(one.carriage) | {"leaves_at": stamp(one.carriage.leaves_at)},
    }


def plan_record(plan: Plan, language: str) -> dict[str, object]:
    """A preview: shipments, findings that forbid it, and each trace line with its sentence."""
    return {
        "order": plan.order_id,
        "shipments": [shipment_record("", one) for one in plan.shipments],
        "cost_minor": plan.cost_minor,
        "currency": plan.currency,
        "held_for": [{"kind": f.kind, "rule": f.rule, "detail": dict(f.detail)} for f in plan.findings],
        "trace": [
            {
                "stage": line.stage,
                "rule": line.rule,
                "version": line.version,
                "reason": line.reason,
                "inputs": dict(line.inputs),
                "text": said(line, language),
            }
            for line in plan.trace
        ],
        "rules_version": plan.version,
    }
