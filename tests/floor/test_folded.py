"""What is remembered of a fold is what folding anew would give."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.floor import bench
from app.floor.facts import ItemTaken, StopReached
from app.floor.folded import folded, remember
from tests.floor import goods

REACHED, TAKEN = ("op-1", StopReached("A-01")), ("op-2", ItemTaken("A-01", "CUP-SAND", 1, "", ""))
MORE = ("op-3", ItemTaken("A-01", "CUP-SAND", 1, "", ""))


def test_what_comes_behind_remembered_facts_is_folded_on_top() -> None:
    packet = goods.cart()
    remember(packet, [REACHED, TAKEN], bench.fold(packet, [REACHED, TAKEN]))
    assert folded(packet, [REACHED, TAKEN, MORE]) == bench.fold(packet, [REACHED, TAKEN, MORE])
    assert folded(packet, [REACHED, TAKEN]) == bench.fold(packet, [REACHED, TAKEN])


def test_facts_of_a_transaction_that_was_rolled_back_count_for_nothing() -> None:
    packet = goods.cart()
    remember(packet, [REACHED, TAKEN, MORE], bench.fold(packet, [REACHED, TAKEN, MORE]))
    assert folded(packet, [REACHED, TAKEN]) == bench.fold(packet, [REACHED, TAKEN])
    other = ("op-2", ItemTaken("A-01", "CUP-SAND", 2, "", ""))
    remember(packet, [REACHED, TAKEN], bench.fold(packet, [REACHED, TAKEN]))
    assert folded(packet, [REACHED, other]) == bench.fold(packet, [REACHED, other])


def test_a_claim_of_the_same_name_with_another_packet_is_another_claim() -> None:
    packet = goods.cart()
    remember(packet, [REACHED], bench.fold(packet, [REACHED]))
    other = replace(packet, station="B2")
    assert folded(other, [REACHED]).work.packet == other


def test_a_fact_that_does_not_fit_is_refused_behind_remembered_ones_too() -> None:
    packet = goods.cart()
    remember(packet, [REACHED], bench.fold(packet, [REACHED]))
    with pytest.raises(ValueError, match="the picker stands at"):
        folded(packet, [REACHED, ("op-9", ItemTaken("B-01", "SOAP", 1, "L1", ""))])
