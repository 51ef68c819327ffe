"""An address nobody could open, told from a database that is away: whoever typed it mends it, it is not waited for."""

from __future__ import annotations

import re

_POSTGRES = re.compile(r"postgresql(?:\+psycopg)?(?=://.)")


def is_address(url: str) -> bool:
    """Whether it can be read as a database's, as libpq reads it. What it leads to is not asked."""
    if url.startswith("sqlite:///"):
        return url != "sqlite:///"
    if not _POSTGRES.match(url):
        return False
    from psycopg import Error
    from psycopg.conninfo import conninfo_to_dict

    try:
        said = conninfo_to_dict(_POSTGRES.sub("postgresql", url, count=1))
        float(said.get("connect_timeout") or 0)
        return 0 <= int(said.get("port") or 0) <= 0xFFFF
    except (Error, ValueError):
        return False
