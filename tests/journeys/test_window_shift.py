"""A full shift at the real window, by scanner alone and by keyboard alone; stock is right, and check is clean."""

from __future__ import annotations

import pytest

from app.cli.context import Context as Command
from app.cli.output import Output
from app.settings import Settings
from tests.demo_shop import Shop
from tests.journeys.at_the_window import STATION, Shift, Typist
from ui.hands import Hands, at_a_window


@pytest.mark.parametrize("player", [Hands, Typist], ids=["scanner", "keyboard"])
def test_a_shift_of_twenty_orders_with_all_that_goes_wrong_in_one(demo: Shop, player: type[Hands]) -> None:
    settings = Settings(home=str(demo.home), confirm_after_s=0.0, question_timeout_s=30.0, number_block=50)
    with at_a_window(Command(settings, Output(as_json=True)), STATION, by=player) as hands:
        Shift(hands, demo).play()
