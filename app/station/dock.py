"""Parcels onto handovers at this bench: the dispatch workflow with its questions put and answered in one go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.base.errors import PackbenchError
from app.floor.work import Answer, Ask, Facts, NoAnswer, Seen, Step, View
from app.floor.workflows import dispatch
from app.station import questions
from app.station.handovers import NotLoaded


@dataclass(frozen=True, slots=True)
class Turn:
    """`error`: a refusal that the workflow has no words for, such as a role that may not."""

    state: dispatch.State
    step: Step
    error: PackbenchError | None = None

    @property
    def view(self) -> View:
        return dispatch.view(self.state)

    @property
    def finished(self) -> bool:
        return isinstance(self.state, dispatch.Finished)

    @property
    def waits(self) -> bool:
        """For the same code again."""
        return isinstance(self.state, dispatch.Stopped | dispatch.Closing)


def turn(state: dispatch.State, seen: Seen, facts: Facts, put: Callable[[Ask], Answer]) -> Turn:
    """One scan, with every question that follows from it."""
    state, step = dispatch.advance(state, seen, facts)
    while step.ask is not None:
        error: PackbenchError | None = None
        answer: Answer
        try:
            answer = put(step.ask)
        except questions.NoAnswer:
            answer = NoAnswer()
        except NotLoaded as refused:
            answer = refused.refusal
        except PackbenchError as other:
            answer, error = NoAnswer(), other
        state, step = dispatch.answered(state, answer, facts)
        if error:
            return Turn(state, step, error)
    return Turn(state, step)
