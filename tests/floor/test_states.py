"""The tables of states in the workflows' docstrings say what the code does: no more, no less, no state forgotten."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType
from typing import get_args

import pytest

from app.floor import bench
from app.floor import facts as fact
from app.floor.packet import Box, Line, Lying, Packet, Stop
from app.floor.resolve import COMMANDS
from app.floor.scan import normalise
from app.floor.work import Message, News, OpenHandover, SeenCommand
from app.floor.workflows import dispatch, pack, pick, waiting
from tests.floor import goods
from tests.floor.goods import Catalogue, Station

Rows = list[tuple[str, tuple[str, ...], tuple[str, ...]]]
FILLING = ("awaiting_item", "awaiting_carton", "awaiting_step", "awaiting_close")


def rows(workflow: ModuleType) -> Rows:
    """The table's rows as (state, scans, next states)."""
    lines = [line for line in (workflow.__doc__ or "").splitlines() if line.startswith("| ")][2:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [(a, tuple(b.split(", ")), tuple(c.split(", "))) for a, b, c in cells]


def states(workflow: ModuleType) -> set[str]:
    return {bench.NAMES[state] for state in get_args(workflow.State)}


def grown(name: str, all_: set[str]) -> set[str]:
    if name == "any":
        return all_
    return set(FILLING) if name == "filling" else {name}


def short_of_bins() -> Packet:
    job = goods.job("DE-1-1", (Line(1, "CUP-SAND", 1), Line(2, "SOAP", 1)))
    return goods.packet("pick", job, stops=(Stop("A-01", "CUP-SAND", 1, "DE-1-1", 1),))


def one_without_a_bin() -> Packet:
    jobs = (goods.job("DE-1-1", (Line(1, "CUP-SAND", 2),)), goods.job("DE-2-1", (Line(1, "TEE-M", 1),)))
    return goods.packet(
        "pick", *jobs, stops=(Stop("A-01", "CUP-SAND", 1, "DE-1-1", 1), Stop("A-02", "TEE-M", 1, "DE-2-1", 1))
    )


def labelled() -> Packet:
    box = Box(1, "labelled", "BOX-S", (Lying(1, "CUP-SAND", 1),), (), goods.numbers_of(1)[0], "TR000001", 1, 1, 450)
    return goods.packet("pack", goods.job("DE-1-1", (Line(1, "CUP-SAND", 1, 1, 1),), boxes=(box,)))


def with_restriction() -> Packet:
    packet = goods.simple()
    box = Box(1, items=(Lying(1, "CUP-SAND", 1),))
    job = goods.job("DE-1-1", (Line(1, "CUP-SAND", 1, 1, 1),), boxes=(box,), restricted=("CUP-SAND",))
    return replace(packet, jobs=(job,))


def heavy() -> Packet:
    return replace(goods.simple(), cartons=(replace(goods.CARTONS[0], max_g=100),))


PACKETS = {
    pick: (goods.cart, goods.bulk_pick, short_of_bins),
    pack: (goods.order, goods.simple, goods.bulk_pack, labelled, goods.labelled, with_restriction, heavy),
}


# What chance seldom does, done once each; `!`: the news that this shipment is cancelled.
RARE = {
    pick: (
        (goods.cart, "A-02 PBNEXT A-02 PBUNDO PBUNDO PBBROKEN HP-01 HP-01"),
        (goods.cart, "A-02 HP-01 PBBROKEN HP-02 HP-02"),
        (goods.cart, "A-01 9521234001010 PBSHORT PBSHORT"),
        (goods.cart, "A-01 PBNEXT PBUNDO"),
        (one_without_a_bin, "A-01 9521234001010 PBTONE !DE-2-1 A-02 PBOK"),
    ),
    pack: (
        (goods.simple, "9521234001010 PBXSSS PBSPROTECT PBCLOSE PBREOPEN 1 DE-9-1/1"),
        (goods.order, "9521234001164 PBXLLL PBSSTICKER PBCLOSE DE-1-1/1 9521234001164 PBREOPEN DE-1-1/1"),
        (goods.simple, "9521234001010 PBXSSS PBSPROTECT PBCLOSE PBREOPEN 1 PBCLOSE DE-1-1/1 TR000001"),
    ),
}


def seen_as(station: Station, raw: str) -> str:
    work = station.state.work
    found = bench.resolve(normalise(raw), station.state, Catalogue())
    waits = work.stop or work.question
    if waits and waiting.same_code(found.code, waits.code):
        return "same"
    if work.question:
        return "other"
    return found.command if isinstance(found, SeenCommand) else type(found).__name__.removeprefix("Seen").lower()


def walks(workflow: ModuleType, count: int) -> Iterator[tuple[str, str, bool, str]]:
    """(state, scan, whether facts were made, next state) of walks, the same at each run."""
    for make, script in RARE[workflow]:
        station = Station(make())
        for raw in script.split():
            if raw.startswith("!"):
                station.news = {raw[1:]: News("cancelled")}
            else:
                yield done(station, raw, 1.5)
    for make in PACKETS[workflow]:
        for seed in range(count):
            dice = random.Random(seed)
            station = Station(make())
            pool = goods.codes(station.packet)
            orders = [code for code in COMMANDS if code != "PBEXIT"]
            for _ in range(50):
                if dice.random() < 0.002:
                    station.news = {dice.choice(station.packet.jobs).shipment: News("cancelled")}
                hints = bench.view(station.state).hints
                some = dice.choices((hints or ("PBOK",), pool, orders, ("PBEXIT",)), (50, 24, 25, 1))[0]
                yield done(station, dice.choice(some), dice.choice((0.1, 1.5, 2)))


def done(station: Station, raw: str, after: float) -> tuple[str, str, bool, str]:
    before, kind = station.name, seen_as(station, raw)
    step = station.scan(raw, after=after)
    if any(isinstance(event, fact.JobDropped) for event in step.events):
        kind = "news"
    return before, kind, bool(step.events), station.name


@pytest.mark.parametrize("workflow", [pick, pack], ids=["pick", "pack"])
def test_the_table_and_the_code_agree(workflow: ModuleType) -> None:
    table, all_ = rows(workflow), states(workflow)
    named = {name for a, _, c in table for cell in (a, *c) for name in grown(cell, set())}
    assert named | {"finished"} == all_

    allowed: dict[tuple[str, str], set[str]] = {}
    for state, scans, nexts in table:
        for one in grown(state, all_):
            for scan in scans:
                allowed.setdefault((one, scan), set()).update(*(grown(n, all_) for n in nexts))
    seen: set[tuple[str, str, str]] = set()
    for before, scan, acted, after in walks(workflow, 160):
        assert acted or before == after
        if acted:
            seen.add((before, scan, after))
    unsaid = sorted({(a, b, c) for a, b, c in seen if c not in allowed.get((a, b), set())})
    assert unsaid == [], "the code does what the table doesn't say"
    untrue: list[str] = []
    for state, scans, nexts in table:
        here = [s for s in seen if s[0] in grown(state, all_)]
        untrue += [f"{state}: {scan}" for scan in scans if all(s[1] != scan for s in here)]
        untrue += [
            f"{state}: {scans} → {after}"
            for after in nexts
            if not any(s[1] in scans and s[2] in grown(after, all_) for s in here)
        ]
    assert untrue == [], "the table says what the code doesn't do"


def test_the_table_of_dispatch_names_every_state() -> None:
    named = {cell for a, _, c in rows(dispatch) for cell in (a, *c)}
    assert named == {dispatch.view(state).state for state in some_of_dispatch()}
    assert len(named) == len(get_args(dispatch.State))


def some_of_dispatch() -> tuple[dispatch.State, ...]:
    idle, on = dispatch.AwaitingHandover(), dispatch.Loading("H1", "post")
    return (
        idle,
        on,
        dispatch.Closing(goods.NOON, on),
        dispatch.Asked(OpenHandover("post"), idle),
        dispatch.Stopped(Message("load_held"), "x", goods.NOON, on),
        dispatch.Finished(),
    )
