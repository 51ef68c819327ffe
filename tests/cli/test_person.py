"""Who acts by the command line: a badge with a PIN is believed when the PIN was typed, unseen, at a terminal."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from contextlib import suppress

import pytest

from app.base.clock import SystemClock, stamp
from app.bench.driver import program, run
from app.db import open_database
from app.site import store
from app.site.pin import FREE, VOUCHER, hashed, vouched
from tests.demo_shop import DATABASE, Shop

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals there")
ACT = ("order", "note", "DE-1001", "rings twice", "--operator", "pbchief", "--json")


@pytest.fixture
def guarded(demo: Shop) -> Shop:
    database = open_database(f"sqlite:///{demo.home / DATABASE}")
    with database.write() as tx:
        store.put_pin(tx, "PBCHIEF", hashed("902140"))
    database.close()
    return demo


def typed(shop: Shop, pin: str) -> tuple[int, dict[str, object], str]:
    """(exit code, answer, what the terminal showed)"""
    master, slave = pty.openpty()
    done = subprocess.Popen(
        [*program(), *ACT], env=shop.env, stdin=slave, stdout=subprocess.PIPE, stderr=slave, text=True,
        start_new_session=True,
    )  # fmt: skip
    os.close(slave)
    shown = b""
    with suppress(OSError):  # nobody has the other end any more
        while some := os.read(master, 4096):
            before, shown = shown, shown + some
            if b"PIN: " in shown and b"PIN: " not in before:
                os.write(master, pin.encode() + b"\n")
    os.close(master)
    out, _ = done.communicate(timeout=120)
    assert pin.encode() not in shown
    return done.returncode, json.loads(out), shown.decode()


def notes(shop: Shop) -> int:
    with shop.reading() as read:
        return int(read("SELECT count(*) AS n FROM order_note WHERE order_id = 'DE-1001'")[0]["n"])


def test_a_pin_is_asked_for_unseen_and_a_wrong_one_does_nothing_and_is_noted(guarded: Shop) -> None:
    before = notes(guarded)
    code, told, _ = typed(guarded, "111111")
    assert (code, told["error"], notes(guarded)) == (1, "wrong_pin", before)
    with guarded.reading() as read:
        assert [row["badge"] for row in read("SELECT badge FROM pin_try")] == ["PBCHIEF"]
    code, _, shown = typed(guarded, "902140")
    assert (code, notes(guarded)) == (0, before + 1)
    assert "type your PIN" in shown


def test_after_some_wrong_ones_the_right_one_waits_too(guarded: Shop) -> None:
    database = open_database(f"sqlite:///{guarded.home / DATABASE}")
    with database.write() as tx:
        at = stamp(SystemClock().now())
        store.add_pin_tries(tx, [(str(n), "PBCHIEF", "S1", at) for n in range(FREE + 6)])
    database.close()
    code, told, _ = typed(guarded, "902140")
    assert (code, told["error"]) == (1, "pin_wait")


def test_without_a_terminal_it_is_refused_unless_the_window_vouches_for_who_typed_it_there(guarded: Shop) -> None:
    before = notes(guarded)
    code, out, _ = run(guarded.env, *ACT)
    assert (code, json.loads(out)["error"], notes(guarded)) == (1, "pin_unasked", before)
    database = open_database(f"sqlite:///{guarded.home / DATABASE}")
    with database.read() as tx:
        mine = {one.operator.badge: vouched(one) for one in store.bearers(tx)}
    database.close()
    for badge, code in (("PBPICKER", 1), ("PBCHIEF", 0)):
        assert run({**guarded.env, VOUCHER: mine[badge]}, *ACT)[0] == code
    assert notes(guarded) == before + 1
