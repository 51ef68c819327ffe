"""Plans, why they are as they are, and what people pinned."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table

from app.db.schema import data, metadata, text

plan = Table(
    "plan",
    metadata,
    text("order_id"),
    Column("no", Integer, nullable=False),
    text("made_at"),
    text("by"),
    text("rules_version"),
    data("result"),  # shipments, parcels, declaration, charges, carriage: ids and numbers only
    Column("cost_minor", BigInteger, nullable=False),
    text("currency"),
    PrimaryKeyConstraint("order_id", "no"),
)

trace = Table(
    "plan_trace",
    metadata,
    text("order_id"),
    Column("plan_no", Integer, nullable=False),
    Column("n", Integer, nullable=False),
    text("stage"),
    text("rule"),
    text("version"),
    data("inputs"),
    text("reason"),  # word key; its values stand in inputs
    PrimaryKeyConstraint("order_id", "plan_no", "n"),
)

pin = Table(
    "plan_pin",
    metadata,
    text("order_id"),
    text("stage"),
    text("key"),
    data("value"),
    text("by"),
    text("at"),
    PrimaryKeyConstraint("order_id", "stage", "key"),
    Index("ix_plan_pin_order", "order_id"),
)
