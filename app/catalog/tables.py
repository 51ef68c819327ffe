"""Products and what they are packed in."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, PrimaryKeyConstraint, Table

from app.db.schema import data, key, metadata, text

sku = Table(
    "sku",
    metadata,
    key("sku"),
    text("title"),
    data("titles"),  # {language: title}
    text("colour", default=""),
    text("size", default=""),
    text("handling", default="plain"),  # plain fragile apparel electronics liquid book bundle
    Column("weight_g", Integer),
    Column("length_mm", Integer),
    Column("width_mm", Integer),
    Column("height_mm", Integer),
    text("hs_code", default=""),
    text("origin", default=""),
    text("customs_description", default=""),
    data("tags"),  # restriction tags
    Column("lot_tracked", Boolean, nullable=False, server_default="0"),
    Column("serial_tracked", Boolean, nullable=False, server_default="0"),
    text("m_pid", default=""),  # EU product identifiers, required on B2C customs data from 1 Nov 2026
    text("ns_pid", default=""),
    text("s_pid", default=""),
    Column("value_minor", Integer),
    text("value_currency", default=""),
    data("missing"),  # names of the fields that are not there yet: an incomplete product record
    Column("version", Integer, nullable=False, server_default="1"),
)

barcode = Table(
    "barcode",
    metadata,
    text("code"),
    text("sku"),
    Column("units", Integer, nullable=False, server_default="1"),
    PrimaryKeyConstraint("code", "sku"),
    Index("ix_barcode_sku", "sku"),
)

bundle_part = Table(
    "bundle_part",
    metadata,
    text("bundle"),
    text("sku"),
    Column("qty", Integer, nullable=False),
    PrimaryKeyConstraint("bundle", "sku"),
)

# What a shop calls a product when it is not our SKU: written when a person maps an unknown SKU.
sku_alias = Table("sku_alias", metadata, text("shop"), text("code"), text("sku"), PrimaryKeyConstraint("shop", "code"))

bin = Table(
    "bin",
    metadata,
    text("warehouse"),
    text("bin"),
    Column("walk_order", Integer, nullable=False),
    text("kind", default="shelf"),
    PrimaryKeyConstraint("warehouse", "bin"),
)

carton = Table(
    "carton",
    metadata,
    key("code"),
    text("scan", default=""),
    text("name"),
    text("kind", default="box"),
    Column("length_mm", Integer, nullable=False),
    Column("width_mm", Integer, nullable=False),
    Column("height_mm", Integer, nullable=False),
    Column("tare_g", Integer, nullable=False),
    Column("max_g", Integer, nullable=False),
)
