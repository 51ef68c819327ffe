"""Carriers, their services per warehouse, and rate cards."""

from __future__ import annotations

from sqlalchemy import Column, Integer, PrimaryKeyConstraint, Table

from app.db.schema import data, key, metadata, text

carrier = Table("carrier", metadata, key("code"), text("name"))

service = Table(
    "carrier_service",
    metadata,
    text("carrier"),
    text("code"),
    text("warehouse"),
    text("name"),
    text("kind"),  # post | express | parcel
    text("drop_off"),  # local time of the last handover of the day
    data("incoterms"),
    data("forbids"),  # restriction tags it won't carry
    Column("max_weight_g", Integer, nullable=False),
    Column("max_side_mm", Integer, nullable=False),
    Column("days_p50", Integer, nullable=False),
    Column("days_p90", Integer, nullable=False),
    data("rates"),  # [{zone, countries, currency, base, per_kg}], first match wins
    PrimaryKeyConstraint("carrier", "code", "warehouse"),
)
