"""Company, shops, warehouses, stations, operators, number ranges."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, Table, UniqueConstraint

from app.db.schema import data, key, metadata, text

company = Table(
    "company",
    metadata,
    Column("id", Integer, primary_key=True),
    text("name"),
    text("eori", default=""),
    text("vat_no", default=""),
    text("ioss_no", default=""),
    text("gs1_prefix", default=""),
    text("pin_roles", default=""),  # roles whose people must have a PIN, with blanks between
)

shop = Table(
    "shop",
    metadata,
    key("code"),
    text("name"),
    text("brand", default=""),
    text("logo", default=""),
    text("channel"),
    text("language"),
    text("currency"),
    text("country"),
    Column("unpaid_hours", Integer, nullable=False, server_default="72"),
    Column("label_offline_minutes", Integer, nullable=False, server_default="240"),
    data("sender"),
    data("returns"),
)

warehouse = Table(
    "warehouse",
    metadata,
    key("code"),
    text("name"),
    text("city"),
    text("country"),
    text("time_zone"),
    text("working_days", default="12345"),
    text("holidays", default=""),
    text("cut_off", default="16:00"),
    Column("partner", Boolean, nullable=False, server_default="0"),
    data("address"),
)

station = Table(
    "station",
    metadata,
    key("name"),
    text("warehouse"),
    text("printer", default=""),
    # Identity of its journal, and how far its facts were applied: moved in the same transaction as their effect.
    text("incarnation", default=""),
    Column("last_seq", BigInteger, nullable=False, server_default="0"),
    text("last_hash", default=""),
    text("last_seen", null=True),
    text("place", default=""),  # the machine and folder whose journal spoke last; empty: it has said goodbye
    Column("facts", BigInteger, nullable=False, server_default="0"),  # of all its journals together: gives fact.n
    text("login", default=""),  # the PostgreSQL user this bench connects as: its rows here are its alone
)

# What a bench says of itself now and then: for people who look, never for a decision. Written by the bench alone.
presence = Table(
    "presence",
    metadata,
    key("station"),
    text("at"),  # the shared database's clock
    text("operator", default=""),
    text("workflow", default=""),
    text("job", default=""),
    text("state", default=""),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("of", Integer, nullable=False, server_default="0"),
    text("since", default=""),  # when the job in hand was opened, by the same
    Column("waiting", Integer, nullable=False, server_default="0"),  # facts not yet sent when this was said
    Column("scans_hour", Integer, nullable=False, server_default="0"),
    Column("parcels_today", Integer, nullable=False, server_default="0"),
    text("printer", default=""),  # why the label printer takes nothing, as a code; empty: it does
    text("program", default=""),  # the schema this bench's program knows
)

operator = Table(
    "operator",
    metadata,
    key("badge"),
    text("name"),
    text("role"),
    text("language", default="en"),
    Column("active", Boolean, nullable=False, server_default="1"),
    text("pin_hash", default=""),  # argon2; empty: the badge alone is enough
)

# Failed tries at a PIN: rows that are only ever added.
pin_try = Table(
    "pin_try",
    metadata,
    key("id"),
    text("badge", index=True),
    text("station"),
    text("at"),  # the bench's clock: it may have been offline
)

number_range = Table(
    "number_range",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    text("kind"),  # sscc | tracking
    text("owner"),  # the company's name, or the carrier's code
    text("prefix"),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("next", BigInteger, nullable=False),
    Column("demo", Boolean, nullable=False, server_default="0"),
    UniqueConstraint("kind", "owner", "prefix", "first"),
)

number_lease = Table(
    "number_lease",
    metadata,
    key("id"),
    Column("range_id", Integer, nullable=False),
    text("station", index=True),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    text("leased_at"),
)
