"""The append-only ledger, the two balances that are its sums, and reservations."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, PrimaryKeyConstraint, Table

from app.db.schema import key, metadata, text

ledger = Table(
    "stock_ledger",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    text("sku"),
    text("warehouse"),
    # A place: a bin, a tote `T:code`, a parcel `P:id`; empty for reserved and inbound, which lie nowhere.
    text("place", default=""),
    text("lot", default=""),
    text("serial", default=""),
    text("type"),  # on_hand | damaged | hold | reserved | inbound
    Column("qty", Integer, nullable=False),
    text("reason"),
    text("source"),  # the fact, act or import this row comes from
    text("at"),
    Index("ix_stock_ledger_sku", "sku", "warehouse"),
    Index("ix_stock_ledger_source", "source"),
)

balance = Table(
    "stock_balance",
    metadata,
    text("sku"),
    text("warehouse"),
    Column("on_hand", Integer, nullable=False, server_default="0"),
    Column("damaged", Integer, nullable=False, server_default="0"),
    Column("hold", Integer, nullable=False, server_default="0"),
    Column("reserved", Integer, nullable=False, server_default="0"),
    Column("inbound", Integer, nullable=False, server_default="0"),
    PrimaryKeyConstraint("sku", "warehouse"),
    CheckConstraint("on_hand >= 0 AND damaged >= 0 AND hold >= 0 AND reserved >= 0 AND inbound >= 0", name="signs"),
    CheckConstraint("on_hand - damaged - hold - reserved >= 0", name="available"),
)

place_balance = Table(
    "stock_place",
    metadata,
    text("sku"),
    text("warehouse"),
    text("place"),
    text("lot", default=""),
    text("serial", default=""),
    Column("on_hand", Integer, nullable=False, server_default="0"),
    Column("damaged", Integer, nullable=False, server_default="0"),
    Column("hold", Integer, nullable=False, server_default="0"),
    PrimaryKeyConstraint("sku", "warehouse", "place", "lot", "serial"),
    CheckConstraint("on_hand >= 0 AND damaged >= 0 AND hold >= 0", name="signs"),
    CheckConstraint("on_hand - damaged - hold >= 0", name="whole"),
)

reservation = Table(
    "reservation",
    metadata,
    text("shipment_id"),
    text("sku"),
    text("warehouse"),
    Column("qty", Integer, nullable=False),
    text("made_at"),
    text("expires_at", null=True, index=True),  # NULL: firm
    PrimaryKeyConstraint("shipment_id", "sku"),
    Index("ix_reservation_sku", "sku", "warehouse"),
    CheckConstraint("qty > 0", name="positive"),
)

buffer = Table(
    "stock_buffer",
    metadata,
    text("shop"),
    text("sku"),
    text("warehouse"),
    Column("qty", Integer, nullable=False),
    PrimaryKeyConstraint("shop", "sku", "warehouse"),
)

# What a receipt expects is known by its own id, so that sending it twice receives it once.
receipt = Table("stock_receipt", metadata, key("id"), text("warehouse"), text("at"), text("by"))
