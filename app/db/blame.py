"""Whose fault an error is: that of the values written, or of the way they went."""

from __future__ import annotations

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from app.base.errors import Broken


def blames_the_values(error: Exception) -> bool:
    """Whether the same act with other values could go well at this moment.

    Not so when the connection broke, two transactions met, the server ends, rights or tables are missing or memory is:
    the very same values are taken another time.
    """
    if isinstance(error, DBAPIError):
        return isinstance(error, DataError | IntegrityError)
    return not isinstance(error, Broken | MemoryError)
