"""One MetaData for all rooms, so that Alembic sees every table and every constraint has a name."""

from __future__ import annotations

from sqlalchemy import JSON, Column, MetaData, Text

__all__ = ["MetaData", "data", "key", "metadata", "text"]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def key(name: str) -> Column[str]:
    """A text primary key."""
    return Column(name, Text, primary_key=True)


def text(name: str, *, null: bool = False, index: bool = False, default: str | None = None) -> Column[str]:
    """Text; times are texts too (`clock.stamp`: sortable, the same on both engines)."""
    return Column(name, Text, nullable=null, index=index, server_default=default)


def data(name: str) -> Column[object]:
    """A small JSON value: lists and details that are never searched."""
    return Column(name, JSON, nullable=False)
