"""Words of the command line, in the language this machine is set to."""

from __future__ import annotations

from functools import cache

from app import settings
from app.base.wording import word


@cache
def language() -> str:
    """The language of help texts, answers and errors; English where nobody speaks the one that is set."""
    return settings.language()


def say(key: str, **values: object) -> str:
    return word(key, language(), **values)
