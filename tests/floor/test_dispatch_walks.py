"""Random walks at the dock: its count is the shared database's, and nothing leaves without being asked twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.floor.messages import MESSAGES, text
from app.floor.picture.dispatch import of_dispatch
from app.floor.resolve import COMMANDS, Accepts, index, resolve
from app.floor.scan import normalise
from app.floor.work import (
    Answer,
    Ask,
    CloseHandover,
    Facts,
    HandoverClosed,
    HandoverOpened,
    LoadParcel,
    NoAnswer,
    OpenHandover,
    ParcelLoaded,
    ParcelUnloaded,
    Refusal,
    Step,
)
from app.floor.workflows import dispatch
from tests.floor import goods
from tests.floor.goods import NOON, Catalogue
from tests.floor.test_walks import DELAY, GARBAGE, WALKS

CARRIER, OTHER = "post", "express"
ONE, SSCC = "PARCELONE", "395212349999999990"
PARCELS = {ONE: "DE-1-1/1", "PARCELTUO": "DE-1-1/2", "PARCELTHREE": "DE-2-1/1", SSCC: "DE-9-1/1"}
CODE = st.sampled_from((*PARCELS, CARRIER, OTHER, "DE-9-1/1", "A-01", "PBTONE", *COMMANDS))
# What happens beside the scan: nothing, a lost answer, an order cancelled, another bench that closes the handover.
BESIDE = st.sampled_from(("", "", "", "", "silence", "cancel", "closed_elsewhere", "held"))
WALK = st.lists(st.tuples(st.one_of(CODE, CODE, CODE, GARBAGE), DELAY, BESIDE), max_size=60)


@dataclass
class Shared:
    """The truth about handovers: what is open, what lies in it, what has left."""

    open: str = ""
    made: int = 0
    loaded: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)  # parcel → cancelled | held
    closes: int = 0

    def answer(self, ask: Ask) -> Answer:
        match ask:
            case OpenHandover(carrier, code):
                if code and code not in PARCELS and code not in PARCELS.values():
                    return Refusal("unknown_parcel", code[:64])
                if not self.open:
                    self.made += 1
                    self.open = f"H{self.made}"
                return HandoverOpened(self.open, carrier or CARRIER, tuple(self.loaded))
            case CloseHandover():
                return self._close(ask)
            case _:
                return self._move(ask)

    def _move(self, ask: Ask) -> Answer:
        assert not isinstance(ask, OpenHandover | CloseHandover)
        parcel = ask.parcel or PARCELS.get(ask.code, "")
        if ask.handover != self.open:
            return Refusal("closed")
        if not parcel or parcel in self.gone:
            return Refusal("unknown_parcel", ask.code[:64])
        if isinstance(ask, LoadParcel):
            if parcel in self.refused:
                return Refusal(self.refused[parcel], parcel)
            if parcel in self.loaded:
                return Refusal("already_loaded", parcel)
            self.loaded.append(parcel)
            return ParcelLoaded(parcel)
        if parcel not in self.loaded:
            return Refusal("not_loaded", parcel)
        self.loaded.remove(parcel)
        return ParcelUnloaded(parcel)

    def _close(self, ask: CloseHandover) -> Answer:
        if ask.handover != self.open:
            return Refusal("closed")
        off = tuple((parcel, self.refused[parcel]) for parcel in self.loaded if parcel in self.refused)
        leaves = tuple(parcel for parcel in self.loaded if parcel not in self.refused)
        self.closes += bool(leaves)
        self.gone |= set(leaves)
        self.loaded.clear()
        if leaves:
            self.open = ""
        return HandoverClosed(leaves, off)

    def beside(self, what: str) -> None:
        if what in ("cancel", "held"):
            for parcel in self.loaded[:1]:
                self.refused[parcel] = "cancelled" if what == "cancel" else "held"
        elif what == "closed_elsewhere" and self.open:
            self.open, self.gone, self.loaded = "", self.gone | set(self.loaded), []


@dataclass
class Dock:
    """A bench at the dock that puts its questions to `shared` and hears the answers."""

    shared: Shared = field(default_factory=Shared)
    now: datetime = NOON
    state: dispatch.State = field(default_factory=dispatch.start)

    def scan(self, raw: bytes | str, delay: float, beside: str) -> Step:
        self.now += timedelta(seconds=delay)
        accepts = Accepts(index(goods.packet("pack")), dispatch.expects(self.state))
        facts = Facts(self.now)
        before, closes = self.state, self.shared.closes
        self.state, step = dispatch.advance(self.state, resolve(normalise(raw), accepts, Catalogue()), facts)
        self.shared.beside(beside)
        while step.ask is not None:
            assert isinstance(self.state, dispatch.Asked)
            if isinstance(step.ask, CloseHandover):  # only who was asked, a second or more ago, closes
                assert isinstance(before, dispatch.Closing)
                assert self.now - before.at >= timedelta(seconds=1)
            assert (
                dispatch.advance(self.state, resolve(normalise("PBCLOSE"), accepts, Catalogue()), facts)[1].ask is None
            )
            answer = NoAnswer() if beside == "silence" else self.shared.answer(step.ask)
            self.state, step = dispatch.answered(self.state, answer, facts)
        assert self.shared.closes - closes in (0, 1)
        return step


def check(dock: Dock, step: Step) -> None:
    assert not isinstance(dock.state, dispatch.Asked)  # whatever was asked has an answer, or none
    assert step.message.id in MESSAGES
    for language in ("en", "de"):
        assert text(step.message, language)
    shown, seen = of_dispatch(dock.state), dispatch.view(dock.state)
    assert (shown.count, shown.handover) == (seen.done, seen.job)
    on = dock.state.loading if isinstance(dock.state, dispatch.Closing) else dock.state
    if isinstance(on, dispatch.Loading):
        assert set(on.mine) <= on.loaded
        assert len(set(on.mine)) == len(on.mine)
    if isinstance(on, dispatch.Loading) and on.handover == dock.shared.open:
        assert on.loaded == set(dock.shared.loaded)
    if MESSAGES[step.message.id].severity == "stop":
        assert isinstance(dock.state, dispatch.Stopped)


@WALKS
@given(walk=WALK)
def test_the_count_on_screen_is_what_lies_in_the_handover_whatever_is_scanned(
    walk: list[tuple[bytes | str, float, str]],
) -> None:
    dock = Dock()
    for raw, delay, beside in walk:
        check(dock, dock.scan(raw, delay, beside))
    assert dock.shared.gone.isdisjoint(dock.shared.loaded)


@WALKS
@given(walk=WALK, raw=st.one_of(CODE, GARBAGE))
def test_while_a_stop_waits_nothing_but_its_acknowledgement_does_anything(
    walk: list[tuple[bytes | str, float, str]], raw: bytes | str
) -> None:
    dock = Dock()
    for scan, delay, beside in walk:
        dock.scan(scan, delay, beside)
    seen = normalise(raw)  # bytes and text are one code, as are codes that differ in what is stripped
    if not isinstance(dock.state, dispatch.Stopped) or (seen.code or seen.raw[:64]) in ("PBOK", dock.state.code):
        return
    before, loaded = dock.state, list(dock.shared.loaded)
    step = dock.scan(raw, 2.0, "")
    assert (step.message, dock.state.under, dock.shared.loaded) == (before.message, before.under, loaded)


@WALKS
@given(walk=WALK)
def test_a_silent_database_leaves_the_handover_as_it_stood(walk: list[tuple[bytes | str, float, str]]) -> None:
    dock = Dock()
    for scan, delay, beside in walk:
        dock.scan(scan, delay, beside)
    if not isinstance(dock.state, dispatch.Loading):
        return
    before, loaded = dock.state, list(dock.shared.loaded)
    for raw in (ONE, SSCC):
        assert dock.scan(raw, 2.0, "silence").message.id == "no_answer"
        assert (dock.state, dock.shared.loaded) == (before, loaded)


@WALKS
@given(walk=WALK)
def test_from_any_state_the_handover_can_be_left_by_scans_alone(walk: list[tuple[bytes | str, float, str]]) -> None:
    dock = Dock()
    for scan, delay, beside in walk:
        dock.scan(scan, delay, beside)
    for code in ("PBOK", "PBEXIT"):
        if not isinstance(dock.state, dispatch.Finished):
            dock.scan(code, 2.0, "")
    assert isinstance(dock.state, dispatch.Finished)
