"""A supervisor's acts: who may, done off the UI thread in one transaction, refused in words. Plain Python."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from app.base.errors import PackbenchError
from app.base.wording import known
from app.site.roles import Operator, may
from ui.context import Context

if TYPE_CHECKING:
    from app.db import Tx

Act = Callable[["Tx", Operator, datetime], object]


class Acts:
    """`do` runs one act; `done` or `refused` is called on the UI thread. Anything unforeseen goes the runner's way."""

    def __init__(self, context: Context, owner: object) -> None:
        self._context, self._owner = context, owner

    def may(self, *rights: str) -> bool:
        """Whether whoever is signed in may do all of these, and the shared database answers."""
        operator = self._context.station.operator
        return operator is not None and not self._context.away() and all(may(operator, right) for right in rights)

    def why_not(self, otherwise: str) -> str:
        """Why acts are grey: the line, else what the words of `otherwise` say."""
        return self._context.words("shell.line.acts" if self._context.away() else otherwise)

    def do(self, act: Act, done: Callable[[], None], refused: Callable[[PackbenchError], None]) -> None:
        """Nothing is asked of the shared database when nobody is signed in."""
        context, operator = self._context, self._context.station.operator
        if operator is None:
            return
        who: Operator = operator

        def work() -> None:
            context.database.act(lambda tx: act(tx, who, context.database.now(tx, context.clock)))

        def came(_: None) -> None:
            done()

        def failed(error: BaseException) -> None:
            if not isinstance(error, PackbenchError):
                raise error
            refused(error)

        context.runner.run(work, came, failed, owner=self._owner)


def in_words(error: PackbenchError, context: Context) -> str:
    """What went wrong, as a person hears it."""
    key = f"error.{error.kind}"
    return context.words(key, **error.values) if known(key) else str(error)
