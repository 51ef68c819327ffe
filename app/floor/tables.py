"""Claims, and the facts that benches sent, with what became of each."""

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
from sqlalchemy import text as sql

from app.db.schema import data, key, metadata, text

_PACKED = sql("kind = 'PackFinished'")

claim = Table(
    "claim",
    metadata,
    key("id"),
    text("kind"),  # pick | pack
    text("station", index=True),
    text("operator"),
    text("state"),  # live | done | released | taken_over
    text("made_at"),
    text("lease_until"),
    data("packet"),  # the work as it stood when claimed, ids and numbers only: what both folds start from
)

claim_shipment = Table(
    "claim_shipment",
    metadata,
    text("claim_id"),
    text("shipment_id"),
    Column("epoch", Integer, nullable=False),  # the fencing token: grows with each claim of the shipment
    Column("live", Boolean, nullable=False),
    PrimaryKeyConstraint("claim_id", "shipment_id"),
    Index("uq_claim_live", "shipment_id", unique=True, sqlite_where=sql("live"), postgresql_where=sql("live")),
    Index("ix_claim_shipment_shipment", "shipment_id"),
)

fact = Table(
    "fact",
    metadata,
    key("op_id"),
    text("station"),
    text("incarnation"),
    Column("seq", BigInteger, nullable=False),
    text("kind"),
    Column("version", Integer, nullable=False),
    text("claim_id", default=""),
    Column("epoch", Integer, nullable=False),
    text("operator"),
    text("made_at"),
    text("body"),  # JSON, ids and numbers only
    text("outcome"),  # applied | set_aside
    text("reason", default=""),
    text("applied_at"),
    UniqueConstraint("station", "incarnation", "seq"),
    Index("ix_fact_claim", "claim_id", "seq"),
    Index("ix_fact_packed", "made_at", "station", sqlite_where=_PACKED, postgresql_where=_PACKED),
)

# Which facts were ever accepted. Facts leave for the archive after some months; this stays, so that one sent again then
# is known all the same.
fact_key = Table(
    "fact_key",
    metadata,
    key("op_id"),
    text("station"),
    text("incarnation"),
    Column("seq", BigInteger, nullable=False),
    UniqueConstraint("station", "incarnation", "seq"),
)

# The hash chain's link behind the last archived fact of each journal.
fact_link = Table(
    "fact_link",
    metadata,
    text("station"),
    text("incarnation"),
    Column("seq", BigInteger, nullable=False),
    text("hash"),
    PrimaryKeyConstraint("station", "incarnation"),
)

# A question asked twice (its answer was lost) is answered again and done once.
question = Table(
    "question",
    metadata,
    key("op_id"),
    text("station"),
    text("kind"),
    text("at"),
    data("answer"),
)
