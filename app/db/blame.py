"""Whose fault an error is: that of the values written, of the way they went, of who asks, or nobody's."""

from __future__ import annotations

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, OperationalError

from app.base.errors import Broken, Crossed, NotAllowed, PackbenchError
from app.db.refusal import away, plain

# SQLSTATEs: insufficient_privilege; deadlock_detected and serialization_failure.
_MAY_NOT = "42501"
_CROSSED = frozenset({"40P01", "40001"})
# Where the server looks whose a new row is: what it says of that is in its own language.
_ANOTHERS_ROW = "ExecWithCheckOptions"


def blames_the_values(error: Exception) -> bool:
    """Whether the same act with other values could go well at this moment.

    Not so when the connection broke, two transactions met, the server ends, rights or tables are missing or memory is:
    the very same values are taken another time.
    """
    if isinstance(error, DBAPIError):
        return isinstance(error, DataError | IntegrityError)
    return not isinstance(error, Broken | MemoryError | Crossed)


def meaning(error: DBAPIError) -> PackbenchError | None:
    """What the driver's error means to whoever began the transaction; None: it is a fault of ours."""
    state = getattr(error.orig, "sqlstate", None)
    if state in _CROSSED:
        return Crossed(plain(error.orig))
    if state == _MAY_NOT:
        if getattr(getattr(error.orig, "diag", None), "source_function", "") == _ANOTHERS_ROW:
            return NotAllowed(plain(error.orig), kind="not_this_bench")
        return NotAllowed(plain(error.orig), kind="login_may_not", what=plain(error.orig))
    if isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated:
        return away(error.orig)
    return None
