"""A whole shift in the real window: what goes wrong in one, and what must have come of it at the end.

How a code gets in is the player's: a scanner's burst, or a person's keys.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest

from app.bench.driver import run
from app.bench.shift import labels_by_carrier
from app.desk.cancel import cancel
from app.desk.views import show, store
from app.floor.workflows.pack import PackState
from app.site.roles import SYSTEM
from app.station.answer import Answer
from tests.demo_shop import Shop, balances
from ui.hands import Hands
from ui.workplace import COMMANDS, ON_GOODS, ON_LABEL

CHIEF, STATION, WAREHOUSE = "PBCHIEF", "S1", "LEJ"
STRANGER = "4006381333931"
_F = {f"F{n}": getattr(Qt.Key, f"Key_F{n}") for n in range(1, 13)}


class Typist(Hands):
    """Has no scanner: a key where an act has one, and F4 for whatever has to be typed."""

    _clock = 10**9  # no person types two letters within a tenth of a second

    def burst(self, code: str) -> None:
        screen = self.shell.workplace.screen()
        keys = COMMANDS | (ON_LABEL if screen == "label" else ON_GOODS)
        key = next((key for key, meant in keys.items() if meant == code), "")
        if key and screen != "sign_in":
            self.press(_F[key])
            return
        self.press(_F["F4"])
        assert self.shell.window.typed.isVisible()
        for sign in (*code, "\r"):
            self._typed(sign)

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.window(), key)

    def _typed(self, sign: str) -> None:
        key = Qt.Key.Key_Return if sign == "\r" else Qt.Key(ord(sign.upper()))
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, sign)
            self._clock += 60
            event.setTimestamp(self._clock)
            QCoreApplication.postEvent(self.window(), event)


@dataclass
class Shift:
    """Twenty orders at one bench. `held`: shipments that a person has to decide about before they can leave."""

    hands: Hands
    shop: Shop
    held: set[str] = field(default_factory=set)
    reopened: list[str] = field(default_factory=list)

    def chosen(self, orders: int = 20, split: int = 4) -> list[dict[str, str]]:
        """Shipments of this warehouse that are ready, of so many orders; `split` of these come in several."""
        with self.shop.reading() as read:
            rows = store.listing(read, "shipments", state=None, limit=10_000, after=None)
        of = Counter(row["order_id"] for row in rows)
        here = [row for row in rows if row["warehouse"] == WAREHOUSE and row["state"] == "ready"]
        several = [row for row in here if of[row["order_id"]] > 1][:split]
        alone = [row for row in here if of[row["order_id"]] == 1][: orders - len(several)]
        assert (len(several), len(several) + len(alone)) == (split, orders)
        return [*several, *alone]

    def play(self) -> None:
        with self.shop.reading() as read:
            before = balances(read)
        rows = self.chosen()
        ids = [row["id"] for row in rows]
        units = {row["id"]: int(row["units"]) for row in rows}
        several = [one for one in ids if units[one] > 1]
        short, broken, wrong, printer, out, reopen, cancelled = several[:7]
        assert self.scan(CHIEF).message == "signed_in"
        self.short_pick(short)
        self.broken_at_the_bin(broken)
        self.wrong_items(wrong)
        self.printer_fails(printer)
        self.taken_out(out)
        self.reopened_label(reopen)
        self.cancelled_in_mid_pack(cancelled)
        for shipment in ids:
            if shipment not in self.held:
                self.pack(shipment)
        self.dispatch([row for row in rows if row["id"] not in self.held])
        self.ends_well(before, [one for one in ids if one not in self.held])

    # What happens in a shift --------------------------------------------------------------------------------

    def short_pick(self, shipment: str) -> None:
        """One piece is missing in its bin: the rest is picked, and a person will decide."""
        answer = self.follow(self.scan(shipment), "awaiting_item")
        answer = self.scan("PBSHORT")
        if answer.message != "short_found":
            answer = self.scan("1" if "number" in answer.expects else "PBSHORT")
        assert answer.message == "short_found", answer
        self.follow(answer)
        self.held.add(shipment)

    def broken_at_the_bin(self, shipment: str) -> None:
        """A broken piece lies in the bin: it is put aside, and a person will decide about the rest."""
        answer = self.follow(self.scan(shipment), "awaiting_item")
        item = answer.next[0]
        self.scan("PBBROKEN")
        answer = self.scan(item)
        assert answer.message == "broken_found", answer
        self.follow(answer)
        self.held.add(shipment)

    def wrong_items(self, shipment: str) -> None:
        """Each stands over the window until it is acknowledged, and counts nothing."""
        self.follow(self.scan(shipment))
        answer = self.scan(shipment)
        packet = answer.at.work.packet if isinstance(answer.at, PackState) else None
        assert packet is not None
        with self.shop.reading() as read:
            rows = read("SELECT code, sku FROM barcode WHERE units = 1 ORDER BY code")
        strangers = [row["code"] for row in rows if row["sku"] not in packet.items][:2]
        for code in strangers:
            said = self.scan(code)
            assert (said.outcome, said.state, said.done) == ("stop", "stopped", answer.done)
            assert self.stop_is_shown()
            again = self.scan(answer.next[0])  # what is right counts nothing either, while a stop stands
            assert (again.outcome, again.done) == ("stop", answer.done)
            said = self.scan("PBOK")
            assert said.state == answer.state
            assert not self.stop_is_shown()
        assert self.scan(STRANGER).outcome in ("warn", "stop")
        self.pack(shipment)

    def printer_fails(self, shipment: str) -> None:
        """Its plug is pulled: the label waits, nothing is printed twice when the plug is in again."""
        simulated = self.hands.shell.context.simulated
        assert simulated is not None
        out: list[bytes] = []
        took, simulated.printer.took = simulated.printer.took, out.append
        simulated.printer.unplug()
        answer = self.to_label(shipment)
        station = self.hands.shell.context.station
        self.hands.until(lambda: any(p.trouble for p in station.status().printers), "trouble")
        assert out == []
        simulated.printer.plug()
        station.retry_printing()
        self.hands.until(lambda: len(out) == 1, "label")
        simulated.printer.took = took
        self.follow(answer)
        self.pack(shipment)
        assert len(out) == 1

    def taken_out(self, shipment: str) -> None:
        """A piece comes out of its parcel again, and goes in again."""
        self.follow(self.scan(shipment))
        answer = self.scan(shipment)
        item = answer.next[0]
        packed = self.scan(item)
        assert packed.done == answer.done + 1
        self.scan("PBOUT")
        taken = self.scan(item)
        assert taken.done == answer.done
        while taken.expects and "item" not in taken.expects:
            taken = self.scan(taken.next[0])
        self.pack(shipment)

    def reopened_label(self, shipment: str) -> None:
        """The contents were wrong after all: its label is void, the next close makes a new one."""
        answer = self.to_label(shipment)
        first = answer.next[0]
        answer = self.scan("PBREOPEN")
        answer = self.scan(first)
        assert answer.outcome in ("ok", "done"), answer
        again = self.follow(answer, "awaiting_label")
        assert again.next[0] != first
        assert self.scan(first).outcome in ("warn", "stop")  # a void label closes nothing
        while self.last.state == "stopped":
            self.scan("PBOK")
        self.follow(self.last)
        self.pack(shipment)
        self.reopened.append(shipment)

    def cancelled_in_mid_pack(self, shipment: str) -> None:
        """The shop calls the order off: the bench stops before another piece goes in, and no label comes."""
        self.follow(self.scan(shipment))
        answer = self.scan(shipment)
        context = self.hands.shell.context
        order = shipment.rsplit("-", 1)[0]
        self.scan(answer.next[0])
        with context.database.write() as tx:
            cancel(tx, order, reason="", operator=SYSTEM, now=context.clock.now())
        station = context.station
        self.hands.until(lambda: self.scan("PBHELP").message == "order_cancelled", "the news")
        assert self.stop_is_shown()
        assert self.last.done == answer.done + 1
        self.scan("PBOK")
        if self.last.state not in ("idle", "finished"):
            self.scan("PBEXIT")
        assert station.settle(30)
        assert not [job for job in station.print_jobs() if job.shipment == shipment and job.document == "parcel_label"]
        self.held.add(shipment)

    # How it is done -----------------------------------------------------------------------------------------

    @property
    def last(self) -> Answer:
        assert self.hands.answer is not None
        return self.hands.answer

    def scan(self, code: str) -> Answer:
        return self.hands.scan(code)

    def follow(self, answer: Answer, until: str = "") -> Answer:
        return self.hands.follow(answer, until=until)

    def pack(self, shipment: str) -> None:
        for _ in range(6):
            opened = self.scan(shipment)
            said = self.follow(opened)
            if opened.message in ("job_labelled", "already_loaded", "already_gone"):
                return
        raise AssertionError(f"{shipment}: {said}")

    def to_label(self, shipment: str) -> Answer:
        self.follow(self.scan(shipment))
        answer = self.follow(self.scan(shipment), "awaiting_label")
        assert answer.state == "awaiting_label", answer
        return answer

    def dispatch(self, rows: list[dict[str, str]]) -> None:
        assert self.hands.shell.context.station.settle(60)
        for carrier, labels in labels_by_carrier(self.shop.url, rows):
            self.scan(carrier)
            for label in labels:
                assert self.scan(label).outcome in ("ok", "done"), self.last
            while self.scan("PBCLOSE").state == "closing":
                pass
            self.scan("PBEXIT")

    def stop_is_shown(self) -> bool:
        stop = self.hands.shell.window._stop
        return stop is not None and stop.isVisible()

    # What must have come of it ------------------------------------------------------------------------------

    def ends_well(self, before: dict[tuple[str, str], tuple[int, int]], gone: list[str]) -> None:
        assert self.hands.shell.context.station.settle(60)
        left: Counter[str] = Counter()
        with self.shop.reading() as read:
            for shipment in gone:
                one = show.shipment(read, shipment)
                assert one["state"] == "dispatched", one
                assert all(line["packed"] == line["qty"] for line in one["lines"])
                left.update({line["sku"]: line["qty"] for line in one["lines"]})
            after = balances(read)
            rows = read("SELECT sku, qty, type, reason FROM stock_ledger WHERE reason IN ('short', 'broken')")
        missing = {row["sku"]: -row["qty"] for row in rows if row["type"] == "on_hand"}
        assert len(missing) == 1
        assert [row["qty"] for row in rows if row["type"] == "damaged"] == [1]
        for (sku, warehouse), (on_hand, _) in before.items():
            took = on_hand - after[sku, warehouse][0]
            assert took == (left[sku] + missing.get(sku, 0) if warehouse == WAREHOUSE else 0), (sku, warehouse)
        code, told, _ = run(self.shop.env, "check", "--json")
        assert (code, json.loads(told)["findings"]) == (0, [])
