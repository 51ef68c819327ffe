"""How a paper asks for its words, so that it needs to know no language."""

from typing import Protocol


class Words(Protocol):
    """The text for a dotted key in the reader's language, with its placeholders filled."""

    def __call__(self, key: str, /, **values: object) -> str: ...
