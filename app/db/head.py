"""Which schema this program knows, and which others it may meet. Apart, so that opening needs no Alembic.

HEAD is the newest file in migrations/versions; a test holds the two together. A program works with a database of its
own schema, and with a newer one whose migrations said that it may (`about.oldest_program`): a house brings its database
up to date once and its benches one after the other. What was sent by earlier programs stays readable for ever: a
journal's facts carry the version of their form.
"""

from __future__ import annotations

from app.base.errors import SchemaMismatch

HEAD = "0003"
# The row of `about` in which a migration says from which schema on older programs may go on. Absent: nobody's but ours.
OLDEST_PROGRAM = "oldest_program"


def require_fit(found: str | None, oldest: str | None) -> None:
    """SchemaMismatch unless this program may use a database of schema `found` that says `oldest` of itself."""
    if found is None:
        raise SchemaMismatch("no tables", kind="not_initialised", found=None, expected=HEAD)
    if found < HEAD:
        raise SchemaMismatch(f"schema {found}, expected {HEAD}", kind="schema_older", found=found, expected=HEAD)
    if found > HEAD and (oldest or found) > HEAD:
        raise SchemaMismatch(f"schema {found}, this program knows {HEAD}", kind="schema_newer", found=found, known=HEAD)
