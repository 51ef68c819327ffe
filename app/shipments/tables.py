"""Shipments (one warehouse, one consignment), parcels (one box, one label), totes, print jobs."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy import text as sql

from app.db.schema import data, key, metadata, text

_IN_TOTE = sql("tote IS NOT NULL")
_OPEN = sql("state = 'open'")

shipment = Table(
    "shipment",
    metadata,
    key("id"),
    text("order_id", index=True),
    Column("n", Integer, nullable=False),
    text("shop"),
    text("warehouse"),
    text("state"),
    text("held_from", null=True),  # the state a hold interrupted
    text("job_code"),
    text("carrier", default=""),
    text("service", default=""),
    text("incoterm", default="DDU"),
    text("country"),
    text("leaves_at"),  # the cut-off it is meant for: work is sorted by it
    text("tote", null=True),
    text("note", default=""),  # word key shown at the bench, with ids only
    Column("units", Integer, nullable=False),
    text("made_at"),
    text("news_at", default=""),  # when the shop last said something about its order: what a label's record refers to
    UniqueConstraint("job_code"),
    UniqueConstraint("order_id", "n"),
    Index("ix_shipment_state", "warehouse", "state", "leaves_at", "carrier", "id"),
    Index("ix_shipment_tote", "tote", sqlite_where=_IN_TOTE, postgresql_where=_IN_TOTE),
)

shipment_line = Table(
    "shipment_line",
    metadata,
    text("shipment_id"),
    Column("line", Integer, nullable=False),
    Column("order_line", Integer, nullable=False),
    text("sku"),
    Column("qty", Integer, nullable=False),
    Column("short", Integer, nullable=False, server_default="0"),  # found missing or broken: never to be packed
    Column("picked", Integer, nullable=False, server_default="0"),
    Column("packed", Integer, nullable=False, server_default="0"),
    PrimaryKeyConstraint("shipment_id", "line"),
    CheckConstraint("short >= 0 AND picked >= 0 AND packed >= 0", name="signs"),
    CheckConstraint("packed <= picked AND picked <= qty - short", name="order"),
)  # fmt: skip

parcel = Table(
    "parcel",
    metadata,
    key("id"),
    Column("shipment_id", ForeignKey("shipment.id"), index=True, nullable=False),
    Column("n", Integer, nullable=False),
    text("state"),  # open closed labelled loaded dispatched delivered void
    text("carton", default=""),
    Column("weight_g", Integer, nullable=False, server_default="0"),
    text("sscc", null=True),
    text("tracking", null=True),
    Column("issue", Integer, nullable=False, server_default="0"),  # of its label: reopen and re-create open the next
    text("handover_id", null=True, index=True),
    UniqueConstraint("sscc"),
    Index("ix_parcel_tracking", "tracking"),
)  # fmt: skip

parcel_item = Table(
    "parcel_item",
    metadata,
    text("parcel_id"),
    Column("line", Integer, nullable=False),
    text("sku"),
    text("lot", default=""),
    text("serial", default=""),
    Column("qty", Integer, nullable=False),
    PrimaryKeyConstraint("parcel_id", "line", "lot", "serial"),
    CheckConstraint("qty > 0", name="positive"),
)

# What lies picked and not yet in a parcel: per shipment, line and tote.
tote_item = Table(
    "tote_item",
    metadata,
    text("tote"),
    text("shipment_id"),
    Column("line", Integer, nullable=False),
    text("sku"),
    text("lot", default=""),
    text("serial", default=""),
    Column("qty", Integer, nullable=False),
    PrimaryKeyConstraint("tote", "shipment_id", "line", "lot", "serial"),
    CheckConstraint("qty > 0", name="positive"),
    Index("ix_tote_item_shipment", "shipment_id"),
)

tote = Table("tote", metadata, key("code"), text("scan"), text("warehouse"))

handover = Table(
    "handover",
    metadata,
    key("id"),
    text("warehouse"),
    text("carrier"),
    text("state"),  # open | closed
    text("opened_at"),
    text("opened_by"),
    text("closed_at", null=True),
    text("closed_by", null=True),
    # Parcels of one carrier are not spread over two lists.
    Index("uq_handover_open", "warehouse", "carrier", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
)

print_job = Table(
    "print_job",
    metadata,
    text("subject"),
    text("document"),  # parcel_label pick_list packing_slip handover_list
    Column("issue", Integer, nullable=False),
    Column("copy", Integer, nullable=False),
    text("state"),  # queued sending sent confirmed failed unknown void
    text("station"),
    text("printer"),
    text("digest", default=""),  # of the label's inputs, keyed: a reprint can say the order changed since
    data("detail"),
    text("at"),
    text("by"),
    text("news_at", default=""),  # how old the last news of the order was when this was printed
    PrimaryKeyConstraint("subject", "document", "issue", "copy"),
)
