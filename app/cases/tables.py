"""Exception queues. A case carries ids and names of acts; what people wrote stands in `case_note`, erasable."""

from __future__ import annotations

from sqlalchemy import Index, Table
from sqlalchemy import text as sql

from app.db.schema import data, key, metadata, text

_OPEN = sql("state = 'open'")

case = Table(
    "case_",
    metadata,
    key("id"),
    text("kind"),
    text("state"),  # open | settled
    text("subject_kind"),  # order | shipment | parcel | sku | fact | print_job
    text("subject"),
    text("order_id", null=True, index=True),
    data("detail"),  # ids, codes and numbers only
    text("opened_at"),
    text("opened_by"),  # rule and version, fact id, or badge
    text("settled_at", null=True),
    text("settled_by", null=True),
    text("act", null=True),
    # The same trouble does not open a second case while the first is open.
    Index("uq_case_open", "kind", "subject", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_case_state", "state", "id"),
    Index("ix_case_open_kind", "kind", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
)  # fmt: skip

case_note = Table(
    "case_note",
    metadata,
    key("id"),
    text("case_id", index=True),
    text("at"),
    text("by"),
    text("body"),  # erasable: a reason or comment may name a person
)
