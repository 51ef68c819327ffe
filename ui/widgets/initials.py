"""A person in two letters."""

from __future__ import annotations


def initials(name: str) -> str:
    """Of the first and the last word of a name; one letter where there is one word."""
    parts = name.split()
    return (parts[0][:1] + (parts[-1][:1] if len(parts) > 1 else "")).upper() if parts else ""
