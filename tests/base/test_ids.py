"""Ids: ours alone, in order, and readable by any scanner."""

from __future__ import annotations

import os
import string
import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.ids import SCAN_LETTERS, gs1_check_digit, order_id, scan_code, uuid7
from app.base.paths import ROOT


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


_FORKS = """
import os
from app.base.ids import uuid7
uuid7()
child = os.fork()
os.write(1, f"{uuid7()} ".encode())
if child:
    os.waitpid(child, 0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_program_draws_ids_of_its_own() -> None:
    said = subprocess.run([sys.executable, "-c", _FORKS], capture_output=True, text=True, check=True, cwd=ROOT)
    parent, child = said.stdout.split()
    assert parent[-12:] != child[-12:]
