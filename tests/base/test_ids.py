"""Ids: ours alone, in order, and readable by any scanner."""

from __future__ import annotations

import string
import uuid
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from app.base.ids import SCAN_LETTERS, gs1_check_digit, order_id, scan_code, uuid7


def test_ids_sort_as_they_were_made_and_are_of_version_7() -> None:
    made = [uuid7() for _ in range(20_000)]
    assert made == sorted(made)
    assert uuid.UUID(made[0]).version == 7


def test_ids_of_many_threads_are_all_different() -> None:
    with ThreadPoolExecutor(8) as pool:
        made = [one for some in pool.map(lambda _: [uuid7() for _ in range(2000)], range(8)) for one in some]
    assert len(set(made)) == len(made)


@given(st.text())
def test_an_order_id_has_one_dash_of_ours_and_nothing_a_label_cannot_bear(number: str) -> None:
    made = order_id("DE", number)
    assert made.startswith("DE-")
    assert set(made[3:]) <= set(string.ascii_uppercase + string.digits + ".")


def test_the_shops_number_stays_readable_in_the_order_id() -> None:
    assert order_id("DE", "#1042") == "DE-1042"
    assert order_id("DE", "10-42/a") == "DE-10.42.A"
    assert order_id("DE", "1042", clash=2) == "DE-1042.2"


def test_codes_for_scanning_use_only_letters_no_keyboard_layout_moves() -> None:
    assert all(set(scan_code("PBJ")) <= set(SCAN_LETTERS) for _ in range(200))
    assert not set(SCAN_LETTERS) & set("AQWZYM")


def test_check_digits_follow_the_gs1_rule() -> None:
    assert gs1_check_digit("400638133393") == "1"  # a published GTIN-13: 4006381333931
    assert gs1_check_digit("0061414100073451") != ""
