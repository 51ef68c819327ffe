"""How a paper asks for its words, so that it needs to know no language."""

from typing import Protocol


class Words(Protocol):
    """The text for a dotted key in the reader's language, with its placeholders filled."""

    def __call__(self, key: str, /, **values: object) -> str: ...


def kilograms(weight_g: int, words: Words) -> str:
    """A weight as people write it: three places, the language's own decimal sign."""
    return f"{weight_g // 1000}{words('papers.decimal')}{weight_g % 1000:03d} kg"


def counted(key: str, count: int, words: Words, **values: object) -> str:
    """The words for one or for many."""
    return words(f"{key}_{'one' if count == 1 else 'many'}", count=count, **values)
