"""The five stages, each by itself: nothing lost, nothing invented, every choice with its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning import chain
from app.planning.pins import Pins
from app.planning.planned import Part, Piece, PlannedParcel, Want
from app.planning.stages import carriage, declaration, parcels, split
from app.planning.stages.parcels import Limits
from tests.planning.making import CARTONS, CUP, LEJ, NOW, PRODUCTS, SERVICES, SZX, TEE, basket, house

SKUS = ["CUP", "TEE", "BANK"]
CODES = ["LEJ", "ONT", "SZX"]
GOODS = {p.sku: p for p in PRODUCTS}
WIDE = Limits(20_000, 1_000)

wants = st.lists(
    st.builds(Want, st.integers(1, 4), st.sampled_from(SKUS), st.integers(1, 6), st.integers(0, 9_999)),
    min_size=1,
    max_size=4,
    unique_by=lambda want: (want.order_line, want.sku),
).map(tuple)
shelves = st.dictionaries(st.tuples(st.sampled_from(SKUS), st.sampled_from(CODES)), st.integers(0, 8))


# ---- split ----------------------------------------------------------------------------------------------


@given(wants, shelves)
def test_each_candidate_sends_every_unit_and_its_value_once_and_no_more_than_is_there(
    asked: tuple[Want, ...], free: dict[tuple[str, str], int]
) -> None:
    for ways in split.candidates(asked, free, CODES, Pins(), 4):
        for one in ways:
            for want in asked:
                mine = [p for part in one for p in part.pieces if (p.order_line, p.sku) == (want.order_line, want.sku)]
                assert sum(p.qty for p in mine) == want.qty
                assert sum(p.value_minor for p in mine) == want.value_minor
            for part in one:
                assert part.pieces
                assert [p.line for p in part.pieces] == list(range(1, len(part.pieces) + 1))
                for sku in SKUS:
                    taken = sum(p.qty for p in part.pieces if p.sku == sku)
                    assert taken <= free.get((sku, part.warehouse), 0)


@given(wants, shelves)
def test_there_is_a_candidate_unless_units_are_missing(
    asked: tuple[Want, ...], free: dict[tuple[str, str], int]
) -> None:
    short = split.missing(asked, free, CODES, Pins())
    found = list(split.candidates(asked, free, CODES, Pins(), len(CODES)))
    assert bool(found) == (not short)
    for sku in SKUS:
        need = sum(w.qty for w in asked if w.sku == sku)
        have = sum(free.get((sku, code), 0) for code in CODES)
        assert short.get(sku, 0) == max(0, need - have)


@given(wants, shelves)
def test_fewer_shipments_come_first(asked: tuple[Want, ...], free: dict[tuple[str, str], int]) -> None:
    numbers = [len(one) for ways in split.candidates(asked, free, CODES, Pins(), 4) for one in ways]
    assert numbers == sorted(numbers)


def test_one_line_may_come_from_two_warehouses() -> None:
    ways = next(split.candidates((Want(1, "CUP", 4, 100),), {("CUP", "LEJ"): 3, ("CUP", "SZX"): 2}, CODES, Pins(), 4))
    drawn = {tuple((part.warehouse, part.pieces[0].qty) for part in one) for one in ways}
    assert drawn == {(("LEJ", 3), ("SZX", 1)), (("LEJ", 2), ("SZX", 2))}


def test_a_pinned_line_comes_from_its_warehouse_or_not_at_all() -> None:
    asked = (Want(1, "CUP", 2, 100), Want(2, "CUP", 2, 100))
    free = {("CUP", "LEJ"): 2, ("CUP", "SZX"): 2}
    pins = Pins(warehouse={"2": "LEJ"})
    (one,) = next(split.candidates(asked, free, CODES, pins, 4))
    assert [(part.warehouse, [p.order_line for p in part.pieces]) for part in one] == [("LEJ", [2]), ("SZX", [1])]
    assert split.missing(asked, {("CUP", "SZX"): 9}, CODES, pins) == {"CUP": 2}


# ---- parcels --------------------------------------------------------------------------------------------

pieces = st.lists(st.tuples(st.sampled_from(SKUS), st.integers(1, 400)), min_size=1, max_size=4).map(
    lambda rows: [Piece(i, i, sku, qty, 0) for i, (sku, qty) in enumerate(rows, 1)]
)


@given(pieces)
def test_every_unit_lands_in_one_parcel_that_is_light_and_large_enough(some: list[Piece]) -> None:
    boxes = parcels.pack(some, GOODS, CARTONS, WIDE, fill_percent=85)
    for piece in some:
        assert sum(n * box.alike for box in boxes for line, n in box.items if line == piece.line) == piece.qty
    by_line = {piece.line: GOODS[piece.sku] for piece in some}
    for box in boxes:
        carton = next(c for c in CARTONS if c.code == box.carton)
        goods = [(by_line[line], n) for line, n in box.items]
        assert box.weight_g == carton.tare_g + sum(p.weight_g * n for p, n in goods if p.weight_g)
        assert box.weight_g <= WIDE.weight_g
        assert sum(p.weight_g * n for p, n in goods if p.weight_g) <= carton.max_g
        assert sum(n for _, n in goods) == 1 or sum(p.size.volume * n for p, n in goods if p.size) <= (
            carton.size.volume * 85 // 100
        )


def test_one_small_thing_goes_into_the_smallest_carton_and_fragile_never_into_a_mailer() -> None:
    assert [b.carton for b in parcels.pack([Piece(1, 1, "CUP", 1, 0)], GOODS, CARTONS, WIDE, fill_percent=85)] == ["S"]
    assert [b.carton for b in parcels.pack([Piece(1, 1, "TEE", 1, 0)], GOODS, CARTONS, WIDE, fill_percent=85)] == [
        "MAIL"
    ]


def test_what_no_carton_holds_travels_in_its_own_wrap() -> None:
    rug = replace(TEE, sku="RUG", size=replace(TEE.size, length=1_500) if TEE.size else None, weight_g=4_000)
    boxes = parcels.pack([Piece(1, 1, "RUG", 3, 0)], {"RUG": rug}, CARTONS, WIDE, fill_percent=85)
    assert boxes == (PlannedParcel("", ((1, 1),), 4_000, (1_500, 200, 20), 3),)


def test_a_carriers_limit_makes_more_and_lighter_parcels() -> None:
    heavy = parcels.pack([Piece(1, 1, "CUP", 10, 0)], GOODS, CARTONS, Limits(2_000, 600), fill_percent=85)
    assert sum(box.alike for box in heavy) == 2
    assert all(box.weight_g <= 2_000 for box in heavy)


def test_eighty_thousand_units_are_packed_without_counting_each() -> None:
    boxes = parcels.pack([Piece(1, 1, "CUP", 80_995, 0)], GOODS, CARTONS, WIDE, fill_percent=85)
    assert len(boxes) == 2
    assert sum(n * b.alike for b in boxes for _, n in b.items) == 80_995


# ---- declaration ----------------------------------------------------------------------------------------


def test_a_declaration_is_made_at_a_customs_border_only_and_bears_identifiers_where_asked() -> None:
    part = Part("SZX", (Piece(1, 1, "CUP", 2, 2_000), Piece(2, 2, "TEE", 1, 500)))
    common = {"currency": "EUR", "products": GOODS, "books": house().books}
    inside, why = declaration.declare(part, origin="DE", country="FR", pid=True, **common)
    assert (inside, why.reason) == (None, "no_border")
    told, why = declaration.declare(part, origin="CN", country="FR", pid=True, **common)
    assert told is not None
    assert (told.territory, told.value_minor, why.reason) == ("EU", 2_500, "declared")
    assert [(line.hs_code, line.qty, line.weight_g, line.m_pid) for line in told.lines] == [
        ("691200", 2, 600, "M-CUP"),
        ("610910", 1, 200, "M-TEE"),
    ]
    silent, _ = declaration.declare(part, origin="CN", country="US", pid=False, **common)
    assert silent is not None
    assert {line.m_pid for line in silent.lines} == {""}


@given(st.lists(st.integers(0, 5_000), min_size=1, max_size=4), st.integers(0, 20_000))
def test_a_declared_value_is_shared_whole_among_the_units_of_its_line(values: list[int], declared: int) -> None:
    asked = (*(Want(1, f"S{i}", 1, value) for i, value in enumerate(values)), Want(2, "T", 1, 77))
    told = declaration.revalued(asked, Pins(declared={1: declared}))
    assert sum(w.value_minor for w in told if w.order_line == 1) == declared
    assert told[-1].value_minor == 77


# ---- carriage -------------------------------------------------------------------------------------------


def at(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("ready", "leaves"),
    [
        ("2026-11-18T14:59", "2026-11-18T17:00"),  # before the cut-off: the same day
        ("2026-11-18T15:00", "2026-11-18T17:00"),
        ("2026-11-18T15:01", "2026-11-19T17:00"),  # after it: the next
        ("2026-11-20T16:00", "2026-11-23T17:00"),  # over a weekend
        ("2026-12-24T18:00", "2026-12-28T17:00"),  # over Christmas and a weekend
        ("2026-03-27T18:00", "2026-03-30T17:00"),  # over the change of clocks: five o'clock stays five o'clock
    ],
)
def test_a_shipment_leaves_with_the_next_drop_off_of_a_working_day(ready: str, leaves: str) -> None:
    zone = "Europe/Berlin"
    assert carriage.departure(LEJ, "17:00", at(ready, zone)) == at(leaves, zone).astimezone(UTC)


def test_a_drop_off_before_the_cut_off_is_what_counts() -> None:
    zone = "Europe/Berlin"
    assert carriage.departure(LEJ, "12:00", at("2026-11-18T12:30", zone)) == at("2026-11-19T12:00", zone)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)), st.sampled_from([LEJ, SZX]))
def test_nothing_leaves_before_it_is_ready_or_on_a_free_day(ready: datetime, warehouse: object) -> None:
    assert warehouse in (LEJ, SZX)
    where = LEJ if warehouse is LEJ else SZX
    begin = ready.replace(tzinfo=UTC)
    leaves = carriage.departure(where, "17:00", begin)
    assert begin <= leaves <= begin + timedelta(days=20)
    assert carriage.works(where, leaves.astimezone(ZoneInfo(where.time_zone)).date())


BOX = PlannedParcel("S", ((1, 1),), 900, (230, 160, 110))


def chosen(country: str, *boxes: PlannedParcel, tags: tuple[str, ...] = (), pinned: str = "", wh: str = "SZX") -> str:
    exchange = house().books.tariff.exchange
    found, why = carriage.choose(
        [s for s in SERVICES if s.warehouse == wh],
        boxes or (BOX,),
        warehouse=SZX,
        country=country,
        tags=tags,
        crossing=True,
        pinned=pinned,
        ready_from=NOW,
        exchange=exchange,
        currency="EUR",
        version="t",
    )
    return f"{found.service} {found.incoterm} {found.cost_minor}" if found else why.reason


def test_the_cheapest_service_that_may_carry_it_is_chosen() -> None:
    assert chosen("FR") == "LINE DDP 1000"
    assert chosen("US") == "PACKET DDU 1500"
    assert chosen("FR", BOX, replace(BOX, alike=2)) == "LINE DDP 3000"
    assert chosen("US", replace(BOX, weight_g=2_001)) == "no_service"
    assert chosen("FR", tags=("aerosol",)) == "no_service"


def test_a_pinned_service_is_used_even_if_dearer_and_never_if_it_may_not() -> None:
    assert chosen("FR", pinned="PACKET") == "PACKET DDU 1500"
    assert chosen("FR", pinned="PACKET", tags=("battery_alone",)) == "no_service"


# ---- the chain ------------------------------------------------------------------------------------------


def test_a_warehouse_inside_the_territory_is_taken_with_its_reason() -> None:
    plan = chain.plan(basket(("CUP", 1, 1_000)), {("CUP", "LEJ"): 1, ("CUP", "SZX"): 1}, house())
    assert [s.warehouse for s in plan.shipments] == ["LEJ"]
    assert plan.trace[0].reason == "no_border_and_cheapest"
    assert plan.shipments[0].declaration is None


def test_what_no_single_warehouse_has_is_parted_into_the_fewest_shipments() -> None:
    free = {("CUP", "LEJ"): 1, ("TEE", "SZX"): 1}
    plan = chain.plan(basket(("CUP", 1, 1_000), ("TEE", 1, 2_000)), free, house())
    assert [(s.warehouse, s.declaration is not None) for s in plan.shipments] == [("LEJ", False), ("SZX", True)]
    assert plan.trace[0].reason == "parted"
    assert {line.stage for line in plan.trace} == {"split", "parcels", "declaration", "charges", "carriage"}
    assert plan.cost_minor == sum(s.carriage.cost_minor for s in plan.shipments) + 300


def test_too_little_stock_plans_nothing_and_names_what_is_missing() -> None:
    plan = chain.plan(basket(("CUP", 3, 1_000)), {("CUP", "LEJ"): 1, ("CUP", "SZX"): 1}, house())
    assert (plan.shipments, plan.findings[0].kind) == ((), "short_stock")
    assert plan.findings[0].detail == {"missing": {"CUP": 1}}


def test_goods_no_service_may_carry_are_sent_from_where_one_may() -> None:
    free = {("SPRAY", "LEJ"): 1, ("SPRAY", "SZX"): 5}
    assert [s.warehouse for s in chain.plan(basket(("SPRAY", 1, 900)), free, house()).shipments] == ["LEJ"]
    abroad = chain.plan(basket(("SPRAY", 1, 900), country="US"), free, house())
    assert [f.kind for f in abroad.findings] == ["no_service"]


def test_goods_without_customs_data_cross_no_border() -> None:
    bare = replace(CUP, hs_code="", missing=("hs_code",))
    goods = house(products={"CUP": bare})
    assert chain.plan(basket(("CUP", 1, 900)), {("CUP", "LEJ"): 1}, goods).shipments
    held = chain.plan(basket(("CUP", 1, 900)), {("CUP", "SZX"): 1}, goods)
    assert [(f.kind, f.detail) for f in held.findings] == [("incomplete_product", {"missing": {"CUP": ["hs_code"]}})]


def test_pins_are_followed_and_named_with_their_author() -> None:
    free = {("CUP", "LEJ"): 1, ("CUP", "SZX"): 1}
    pins = Pins(warehouse={"*": "SZX"}, carton="M", service={"SZX": "PACKET"}, declared={1: 4_000},
                authors={"split": "PBCHIEF"})  # fmt: skip
    plan = chain.plan(basket(("CUP", 1, 1_000), pins=pins), free, house())
    (shipment,) = plan.shipments
    assert (shipment.warehouse, shipment.parcels[0].carton, shipment.carriage.service) == ("SZX", "M", "PACKET")
    assert shipment.declaration is not None
    assert shipment.declaration.value_minor == 4_000
    assert plan.trace[0].inputs["pinned_by"] == "PBCHIEF"


def test_the_shops_tax_is_compared_with_the_tariffs() -> None:
    def said(country: str, tax: int, sku: str = "LEJ") -> str:
        plan = chain.plan(basket(("CUP", 1, 10_000), country=country, tax_minor=tax), {("CUP", sku): 1}, house())
        return plan.trace[-1].reason

    assert said("DE", 1_900) == "tax_agrees"
    assert said("FR", 1_900) == "tax_differs"
    assert said("FR", 2_000) == "tax_agrees"
    assert said("NZ", 1_500) == "tax_agrees"
    assert said("CH", 810) == "tax_taken_early"


@given(
    st.lists(st.tuples(st.sampled_from(["CUP", "TEE", "BANK", "SPRAY"]), st.integers(1, 5), st.integers(0, 20_000)),
             min_size=1, max_size=3),
    st.dictionaries(st.tuples(st.sampled_from(["CUP", "TEE", "BANK", "SPRAY"]), st.sampled_from(["LEJ", "SZX"])),
                    st.integers(0, 9)),
    st.sampled_from(["DE", "FR", "US", "NZ"]),
)  # fmt: skip
def test_a_plan_sends_all_or_says_why_not_and_is_the_same_each_time(
    asked: list[tuple[str, int, int]], free: dict[tuple[str, str], int], country: str
) -> None:
    question = basket(*asked, country=country, freight_minor=490)
    plan = chain.plan(question, free, house())
    assert plan == chain.plan(question, free, house())
    assert bool(plan.shipments) != bool(plan.findings)
    assert plan.trace
    if plan.shipments:
        sent = sum(p.qty for s in plan.shipments for p in s.pieces)
        assert sent == sum(want.qty for want in question.wants)
        packed = sum(n * box.alike for s in plan.shipments for box in s.parcels for _, n in box.items)
        assert packed == sent
        for s in plan.shipments:
            assert (s.declaration is None) == (s.warehouse == "LEJ" and country in {"DE", "FR"})
            assert s.declaration is None or s.declaration.value_minor == sum(p.value_minor for p in s.pieces)
