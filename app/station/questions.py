"""The four acts that are questions to the shared database: answered in time, or plainly not and nothing is done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from contextlib import suppress
from typing import TypeVar

from app.base.errors import DatabaseAway, PackbenchError
from app.base.ids import uuid7
from app.db import Database, Tx
from app.station.sync.sync import Sync

T = TypeVar("T")


class NoAnswer(Exception):  # named for what happened
    """The shared database kept silent. Nothing was done; the same question asked again is done once."""


class Questions:
    """A question is answered in time or refused as unanswered; asked again, what it asks for is done once.

    Asked under the same words it has the same op_id until it is answered.
    """

    def __init__(self, database: Database, sync: Sync, patience: float) -> None:
        self._database, self._sync, self._patience = database, sync, patience
        self._asked: dict[str, str] = {}  # question → the op_id it was asked under, until it is answered

    def ask(self, question: str, do: Callable[[Tx, str], T], then: Callable[[T], None] | None = None) -> T:
        """What `do(tx, op_id)` gives, after all facts accepted here so far are applied. Refused passes through.

        Raises NoAnswer after `patience` seconds, or at once when the shared database is known to be away. `then` runs
        behind the answer; it is waited for no longer than the answer was.
        """
        op_id = self._asked.setdefault(question, uuid7())
        answer: Future[T] = Future()
        ready, given_up = threading.Event(), threading.Event()

        def find() -> None:
            try:
                found = self._find(do, op_id, given_up)
            except BaseException as error:  # noqa: BLE001  # it belongs to whoever waits for the answer
                answer.set_exception(error)
                return
            answer.set_result(found)
            if then:
                with suppress(PackbenchError):
                    then(found)
            ready.set()

        threading.Thread(target=find, name="question", daemon=True).start()
        try:
            found = answer.result(self._patience)
        except TooLate:
            given_up.set()
            raise NoAnswer from None
        except DatabaseAway:
            raise NoAnswer from None
        except PackbenchError as why:
            del self._asked[question]
            why.values = {"station": self._sync.station, **why.values}  # who asked, where it says of no other
            raise
        self._asked.clear()  # an op_id is for asking again at once, not for another day
        if then:
            ready.wait(self._patience)
        return found

    def _find(self, do: Callable[[Tx, str], T], op_id: str, given_up: threading.Event) -> T:
        if not self._sync.drained(self._patience):
            raise NoAnswer

        def found(tx: Tx) -> T:
            answer = do(tx, op_id)
            if given_up.is_set():
                raise NoAnswer
            return answer

        return self._database.act(found)
