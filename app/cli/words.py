"""Words of the command line, in the language this machine is set to."""

from __future__ import annotations

from functools import cache

from app import settings
from app.base.wording import word


@cache
def language() -> str:
    """The language of help texts, answers and errors; English where the setting itself cannot be read."""
    try:
        return settings.load().language
    except ValueError:
        return "en"


def say(key: str, **values: object) -> str:
    return word(key, language(), **values)
