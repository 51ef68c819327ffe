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
_LIVE = sql("state = 'live'")

claim = Table(
    "claim",
    metadata,
    key("id"),
    text("kind"),  # pick | pack
    text("station"),
    text("operator"),
    text("state"),  # live | done | released | taken_over
    text("made_at"),
    text("lease_until"),  # the shared database's clock; past it the station counts as silent
    data("packet"),  # the work as it stood when claimed, ids and numbers only: what both folds start from
    Column("totes", Integer, nullable=False, server_default="0"),  # so many it fills at most
    # A bench holds a few at a time; the claims it ever made are not looked through for them.
    Index("ix_claim_live", "station", sqlite_where=_LIVE, postgresql_where=_LIVE),
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

# Where live pick claims are on their way to, so that two carts aren't sent for one unit. Gone when the claim ends.
claim_stop = Table(
    "claim_stop",
    metadata,
    text("claim_id"),
    Column("n", Integer, nullable=False),
    text("shipment_id"),
    Column("line", Integer, nullable=False),
    text("warehouse"),
    text("sku", index=True),
    text("bin"),
    text("lot", default=""),
    Column("qty", Integer, nullable=False),
    Column("picked", Integer, nullable=False),  # of the line by the time its own are taken
    PrimaryKeyConstraint("claim_id", "n"),
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
    # In which order a station's facts took effect, whichever journal they came from: a new one counts from 1 again.
    Column("n", BigInteger, nullable=False, server_default="0"),
    UniqueConstraint("station", "incarnation", "seq"),
    Index("ix_fact_claim", "claim_id", "n"),
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
    text("outcome"),  # applied | set_aside
    UniqueConstraint("station", "incarnation", "seq"),
)

# Facts that came once more under another number, from a journal that took over from another: passed over.
fact_again = Table(
    "fact_again",
    metadata,
    text("station"),
    text("incarnation"),
    Column("seq", BigInteger, nullable=False),
    text("op_id"),
    PrimaryKeyConstraint("station", "incarnation", "seq"),
)

# Runs of a journal's facts that lie in the archive, and the hash chain's link behind each: from there it goes on.
fact_link = Table(
    "fact_link",
    metadata,
    text("station"),
    text("incarnation"),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    text("hash"),
    PrimaryKeyConstraint("station", "incarnation", "first"),
)

# What a person made of facts that were set aside. A fact's own row never changes. `cancelled`: accepted with the others
# of its claim, but its order had been cancelled: it has no effect, and what is to become of it is asked once more.
settled_fact = Table(
    "settled_fact",
    metadata,
    text("op_id"),
    text("claim_id", index=True),
    text("outcome"),  # accepted | discarded | noted | cancelled
    text("case_id"),
    text("at"),
    PrimaryKeyConstraint("op_id", "outcome"),
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
