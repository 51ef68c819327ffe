"""Every word a person sees, read from `resources/translations/*.<language>.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from app.base.paths import RESOURCES

FALLBACK = "en"


class _Kept(dict[str, object]):
    """Leaves a placeholder visible instead of failing in front of a packer."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


@cache
def _table(language: str) -> dict[str, str]:
    words: dict[str, str] = {}
    for file in sorted((RESOURCES / "translations").glob(f"*.{language}.toml")):
        for path, text in _leaves(tomllib.loads(file.read_text("utf-8")), ""):
            if path in words:
                raise ValueError(f"{file.name}: {path} is said twice")
            words[path] = text
    return words


def _leaves(node: object, path: str) -> list[tuple[str, str]]:
    if isinstance(node, dict):
        return [leaf for key, child in node.items() for leaf in _leaves(child, f"{path}.{key}" if path else key)]
    return [(path, str(node))]


def word(key: str, language: str = FALLBACK, **values: object) -> str:
    """The words for `key` in `language`, English where the language lacks them; the key itself if nobody wrote any."""
    text = _table(language).get(key) or _table(FALLBACK).get(key)
    return key if text is None else text.format_map(_Kept(values))


def known(key: str, language: str = FALLBACK) -> bool:
    return key in _table(language)


def languages() -> tuple[str, ...]:
    """The languages there are wording files for, English first."""
    found = {file.name.split(".")[-2] for file in Path(RESOURCES / "translations").glob("*.*.toml")}
    return (FALLBACK, *sorted(found - {FALLBACK}))
