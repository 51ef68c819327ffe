"""Random walks through pick and pack: no item lost or invented, no label unverified, nothing that can't be undone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.floor import bench
from app.floor import facts as fact
from app.floor.facts import decode, encode
from app.floor.messages import MESSAGES, text
from app.floor.packet import Packet
from app.floor.resolve import COMMANDS
from app.floor.work import News, Step
from app.floor.workflows import contents, parcels, pick, waiting
from tests.floor import goods
from tests.floor.goods import Station

MAKERS: tuple[Callable[[], Packet], ...] = (
    goods.cart, goods.bulk_pick, goods.awkward_cart,
    goods.order, goods.simple, goods.bulk_pack, goods.resumed, goods.restricted, goods.labelled,
)  # fmt: skip
# A scan is a hint (by its place), a code of the packet, a command, or garbage; and how long after the last it comes.
HINT = st.integers(0, 3)
CODE = st.integers(0, 60).map(lambda n: ("code", n))
GARBAGE = st.one_of(st.binary(max_size=30), st.text(max_size=30), st.just("x" * 4096), st.just(b"\xff" * 5000))
SCAN = st.one_of(HINT, HINT, HINT, CODE, st.sampled_from(sorted(set(COMMANDS) - {"PBEXIT"})), GARBAGE)
DELAY = st.sampled_from((0.0, 0.1, 1.0, 2.0, 2.0, -5.0, -7200.0))
WALK = st.lists(st.tuples(SCAN, DELAY), max_size=40)
WALKS = settings(max_examples=50)
each_packet = pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)


_UNCOUNTED = (fact.StopShown, fact.Asked, fact.Answered, fact.JobDropped, fact.PickFinished)
_SPENT = fact.ModeSet("count", "0")  # a refused count


def code_of(station: Station, scan: object) -> bytes | str:
    if isinstance(scan, tuple):
        pool = goods.codes(station.packet)
        return pool[scan[1] % len(pool)]
    if isinstance(scan, int):
        hints = bench.view(station.state).hints or ("PBOK",)
        return hints[scan % len(hints)]
    assert isinstance(scan, bytes | str)
    return scan


def stripped(state: bench.State) -> bench.State:
    """The state without a waiting question: what undo gives back."""
    return bench.calm(state) if state.work.question else state


def everywhere(station: Station) -> Counter[str]:
    """Units per SKU: still in their bins, in the hand, in totes, in parcels, found short, found broken."""
    tally, units = bench.tally(station.state), Counter[str]()
    for lying in (*tally.totes.values(), *(box.items for boxes in tally.boxes.values() for box in boxes)):
        for unit in lying:
            units[unit.sku] += unit.qty
    for line in tally.lines:
        units[line.sku] += line.short + line.broken
    if isinstance(station.state, pick.PickState):
        cart = station.state.work
        for stop, left in zip(cart.packet.stops, cart.to_take, strict=True):
            units[stop.sku] += left
        planned = {(job.shipment, line.line): line.qty for job in cart.packet.jobs for line in job.lines}
        for line in tally.lines:
            if line.shipment in tally.dropped:  # nobody comes for these any more, and they stay in their bins
                units[line.sku] += planned[line.shipment, line.line] - line.picked - line.short - line.broken
        for held in cart.hand:
            units[cart.packet.stops[held.stop].sku] += held.qty
    return units


def check(station: Station, step: Step) -> None:
    """What must hold after every scan."""
    assert step.message.id in MESSAGES
    for language in ("en", "de"):
        said = text(step.message, language)
        assert "{" not in said or "{" in str(step.message.values.get("code"))  # every place is filled
    severity = MESSAGES[step.message.id].severity
    if severity in ("warn", "stop"):  # what sounds like a refusal must not have counted
        assert all(isinstance(event, _UNCOUNTED) or event == _SPENT for event in step.events)
    planned = {(job.shipment, line.line): line.qty for job in station.packet.jobs for line in job.lines}
    for line in bench.tally(station.state).lines:
        assert 0 <= line.packed <= line.picked <= planned[line.shipment, line.line] - line.short - line.broken
    for event in step.events:
        assert decode(*encode(event)) == event
        if isinstance(event, fact.ParcelClosed):
            work = station.state.work
            assert isinstance(work, parcels.Bench)
            box = parcels.box(work.jobs[event.shipment], event.parcel)
            assert box is not None
            assert box.items
            assert box.carton
            assert not contents.due(work.packet, box)
            assert event.weight_g == contents.gross_weight(work.packet, box)


@each_packet
@WALKS
@given(walk=WALK)
def test_no_scan_loses_or_invents_an_item_and_the_fold_gives_the_same_state(
    make: Callable[[], Packet], walk: list[tuple[object, float]]
) -> None:
    station = Station(make())
    whole = everywhere(station)
    for scan, delay in walk:
        before = station.state
        step = station.scan(code_of(station, scan), after=delay)
        check(station, step)
        assert everywhere(station) == whole
        if not step.events:
            assert station.state == before
    assert bench.fold(station.packet, station.log) == station.state
    places = Counter[tuple[str, str, str, str]]()
    for _, move in bench.moves(station.packet, [], station.log):
        places[move.from_place, move.sku, move.lot, move.serial] -= move.qty
        places[move.to_place, move.sku, move.lot, move.serial] += move.qty
    assert sum(places.values()) == 0
    check_places(station, places)


def check_places(station: Station, moved: Counter[tuple[str, str, str, str]]) -> None:
    """What the moves, and the shortages found, made of each tote and parcel is what the tally says lies there."""
    for job in station.packet.jobs:
        for unit in job.totes:
            moved[f"T:{unit.tote}", unit.sku, unit.lot, unit.serial] += unit.qty
        for box in job.boxes:
            for unit in box.items:
                moved[f"P:{job.shipment}/{box.n}", unit.sku, unit.lot, unit.serial] += unit.qty
    for _, event in station.log:
        if isinstance(event, fact.ShortFound | fact.BrokenFound):
            moved[event.place, event.sku, event.lot, event.serial] -= event.qty
    said = Counter[tuple[str, str, str, str]]()
    tally = bench.tally(station.state)
    for units in tally.totes.values():
        for unit in units:
            said[f"T:{unit.tote}", unit.sku, unit.lot, unit.serial] += unit.qty
    for shipment, boxes in tally.boxes.items():
        for box in boxes:
            for unit in box.items:
                said[f"P:{shipment}/{box.n}", unit.sku, unit.lot, unit.serial] += unit.qty
    assert {k: n for k, n in moved.items() if n and k[0][:2] in ("T:", "P:")} == dict(said)


@each_packet
@WALKS
@given(walk=WALK, last=SCAN)
def test_a_scan_and_its_undo_change_nothing(
    make: Callable[[], Packet], walk: list[tuple[object, float]], last: object
) -> None:
    station = Station(make())
    for scan, delay in walk:
        station.scan(code_of(station, scan), after=delay)
    before = stripped(station.state)
    undoable = before.work.last
    step = station.scan(code_of(station, last), after=2)
    if before.work.stop or any(isinstance(event, fact.Undone | fact.StopShown | fact.JobLeft) for event in step.events):
        return
    if any(isinstance(event, waiting.FINAL) for event in step.events):
        assert station.state.work.last is None  # undo reaches back to the last close, and no further
        return
    if step.events and not isinstance(step.events[-1], fact.CaseRaised | fact.Answered):
        station.scan("PBUNDO", after=2)
        assert stripped(station.state) == before
        assert station.state.work.last is undoable or station.state.work.last == undoable


@each_packet
@WALKS
@given(walk=WALK)
@example(walk=[("PBBROKEN", 0.0), ("PBCOUNT", 0.0)])
def test_following_the_first_hint_ends_the_job_from_any_state(
    make: Callable[[], Packet], walk: list[tuple[object, float]]
) -> None:
    station = Station(make())
    for scan, delay in walk:
        station.scan(code_of(station, scan), after=delay)
    station.follow()
    tally = bench.tally(station.state)
    assert tally.over
    assert tally.left or tally.finished | tally.dropped.keys() == {job.shipment for job in station.packet.jobs}


@each_packet
@WALKS
@given(walk=WALK)
@example(walk=[("A-01", 2.0), ("9521234001010", 2.0), ("PBSHORT", 2.0), ("PBSHORT", 2.0)])
def test_undo_is_never_proposed_in_vain(make: Callable[[], Packet], walk: list[tuple[object, float]]) -> None:
    station = Station(make())
    for scan, delay in walk:
        station.scan(code_of(station, scan), after=delay)
    if "PBUNDO" in bench.view(station.state).hints and not station.state.work.question:
        assert station.scan("PBUNDO", after=2).events


@pytest.mark.parametrize(
    "make", [goods.order, goods.simple, goods.bulk_pack, goods.resumed, goods.labelled], ids=lambda make: make.__name__
)
@WALKS
@given(walk=WALK)
def test_every_parcel_can_be_emptied_by_scans_alone(
    make: Callable[[], Packet], walk: list[tuple[object, float]]
) -> None:
    station = Station(make())
    for scan, delay in walk:
        station.scan(code_of(station, scan), after=delay)
    work = station.state.work
    assert isinstance(work, parcels.Bench)
    pj = parcels.current(work)
    for _ in range(200):
        work = station.state.work
        assert isinstance(work, parcels.Bench)
        if pj is None or not any(box.items for box in work.jobs[pj.job.shipment].boxes) or station.name == "finished":
            break
        station.scan(towards_empty(station, work, work.jobs[pj.job.shipment]), after=1.5)
    else:
        raise AssertionError(f"not emptied: {work.jobs}")


def towards_empty(station: Station, work: parcels.Bench, pj: parcels.PackJob) -> str:
    """The next scan of somebody who empties all parcels of the job."""
    if work.stop:
        return "PBOK"
    if work.question or work.counting or work.count:
        return "PBUNDO"
    shut = parcels.waiting_box(pj) or next((b for b in pj.boxes if b.state == parcels.LABELLED), None)
    if shut:
        return shut.sscc if work.mode == "reopen" else "PBREOPEN"
    here = parcels.focus(pj)
    if work.mode not in ("", "take_out"):
        return "PBUNDO"
    if not here.items:
        return "PBNEXT"
    return bench.view(station.state).hints[0] if work.mode == "take_out" else "PBOUT"


@each_packet
@WALKS
@given(walk=WALK, n=st.integers(0, 2), news=st.sampled_from(("cancelled", "held", "taken_over")))
def test_after_bad_news_no_label_of_the_shipment_is_made(
    make: Callable[[], Packet], walk: list[tuple[object, float]], n: int, news: str
) -> None:
    station = Station(make())
    for scan, delay in walk:
        station.scan(code_of(station, scan), after=delay)
    shipment = station.packet.jobs[n % len(station.packet.jobs)].shipment
    station.news = {shipment: News(news)}
    known, printed = len(station.log), len(station.prints)
    station.follow()
    assert not any(getattr(event, "shipment", "") == shipment and not isinstance(event, fact.JobDropped)
                   for _, event in station.log[known:])  # fmt: skip
    assert not any(paper.shipment == shipment for paper in station.prints[printed:])
