"""The change feed and the database's own identity."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table

from app.db.schema import key, metadata, text

# "Key K of this topic changed, read it again": never what it changed to.
change = Table(
    "change",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    text("topic"),
    text("key"),
    text("at"),
    # The writing transaction: on PostgreSQL ids are given out before they are committed, and not in that order.
    Column("xid", BigInteger, nullable=False, server_default="0"),
    Index("ix_change_xid", "xid", "id"),
    sqlite_autoincrement=True,
)

# A handful of facts about this database itself: its id, the feed's epoch, the oldest program that may use it, what the
# demo loaded.
about = Table("about", metadata, key("name"), text("value"))

# Files that hold what has left this database: months of facts and timelines. `name` is the file's, in `folder` of the
# machine that made it.
archive = Table(
    "archive",
    metadata,
    key("name"),
    text("kind"),  # facts | timeline
    text("month"),
    Column("rows", BigInteger, nullable=False),
    text("digest"),  # SHA-256 of the file
    text("folder"),
    text("made_at"),
)
