"""Orders as the shops stated them; persons and payloads apart, in erasable tables with random ids."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from app.db.schema import data, key, metadata, text

order = Table(
    "order_",
    metadata,
    key("id"),
    text("shop"),
    text("number"),  # as the shop states it
    text("state"),  # new held planned part_shipped shipped cancelled
    text("payment"),  # paid authorized pending partially_paid partially_refunded refunded voided
    text("placed_at"),
    text("updated_at"),  # the shop's own version
    text("imported_at"),
    text("country"),  # destination, ISO 3166 alpha-2
    text("currency"),  # shop currency: what the amounts below are in
    text("paid_currency"),
    Column("taxes_included", Boolean, nullable=False),
    Column("goods_minor", BigInteger, nullable=False),
    Column("discount_minor", BigInteger, nullable=False),
    Column("shipping_minor", BigInteger, nullable=False),
    Column("tax_minor", BigInteger, nullable=False),
    Column("duty_minor", BigInteger, nullable=False),
    Column("fees_minor", BigInteger, nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("paid_total_minor", BigInteger),  # total in paid_currency, where it differs
    text("available_from", null=True),  # presale: not claimable before
    text("cancelled_at", null=True),
    data("tags"),
    text("source", default=""),
    text("medium", default=""),
    text("campaign", default=""),
    text("customer_id", null=True, index=True),
    text("ship_to", null=True),
    text("bill_to", null=True),
    Column("plan_no", Integer, nullable=False, server_default="0"),
    text("archived", default=""),  # the newest archive that holds entries of its timeline
    UniqueConstraint("shop", "number"),
    Index("ix_order_state", "state", "id"),
    Index("ix_order_placed", "placed_at", "id"),
    Index("ix_order_state_placed", "state", "placed_at", "id"),
)

order_line = Table(
    "order_line",
    metadata,
    text("order_id"),
    Column("line", Integer, nullable=False),
    text("shop_line", default=""),
    text("shop_sku"),
    text("sku", null=True),  # ours; NULL until it is known
    text("title"),
    Column("qty", Integer, nullable=False),
    text("unit_price"),  # exact decimal as stated, never rounded
    Column("total_minor", BigInteger, nullable=False),  # qty × unit price, rounded once
    Column("discount_minor", BigInteger, nullable=False, server_default="0"),
    data("taxes"),  # [{title, rate, amount_minor}]
    Column("ships", Boolean, nullable=False, server_default="1"),
    PrimaryKeyConstraint("order_id", "line"),
    Index("ix_order_line_shop_sku", "shop_sku"),
)

order_charge = Table(
    "order_charge",
    metadata,
    text("order_id"),
    Column("n", Integer, nullable=False),
    text("kind"),  # shipping | fee | discount | duty | tax | difference
    text("title"),
    Column("amount_minor", BigInteger, nullable=False),
    data("taxes"),
    PrimaryKeyConstraint("order_id", "n"),
)

customer = Table(
    "customer",
    metadata,
    key("id"),
    text("shop"),
    # Everything below is emptied by `forget`; the row stays as the tombstone.
    text("shop_key", null=True),
    text("name", null=True),
    text("email", null=True),
    text("phone", null=True),
    text("forgotten_at", null=True),
    UniqueConstraint("shop", "shop_key"),
    Index("ix_customer_email", "email"),
    Index("ix_customer_name", "name"),
)

address = Table(
    "address",
    metadata,
    key("id"),
    text("customer_id", null=True, index=True),
    text("name", default=""),
    text("company", default=""),
    data("street"),
    text("city", default=""),
    text("region", default=""),
    text("postcode", default=""),
    text("country", default=""),
    text("phone", default=""),
    text("email", default=""),
)

payload = Table(
    "payload",
    metadata,
    key("order_id"),
    text("digest"),  # of the body; erased with it
    # Of the address as the shop stated it: a newer version overrules a desk's correction only if it changed.
    text("address_digest", default=""),
    text("body"),
)

order_note = Table(
    "order_note",
    metadata,
    key("id"),
    text("order_id", index=True),
    text("at"),
    text("by"),
    text("body"),
)

# Documents a shop sends that are not orders yet belong to one: credit notes, kept raw for the returns room.
raw_document = Table(
    "raw_document",
    metadata,
    text("shop"),
    text("number"),
    text("kind"),
    text("customer_key", default=""),
    text("digest"),
    text("body"),
    PrimaryKeyConstraint("shop", "number"),
)

timeline = Table(
    "timeline",
    metadata,
    key("id"),
    text("order_id"),
    text("subject"),  # order, shipment or parcel id
    text("at"),
    text("by"),  # badge, rule, shop or station
    text("event"),
    data("detail"),  # ids, codes and numbers only
    text("source", default=""),  # the fact or act
    Index("ix_timeline_order", "order_id", "id"),
    Index("ix_timeline_subject", "subject", "id"),
)
