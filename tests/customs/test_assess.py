"""What a consignment owes: by basis, by threshold, by date. Figures are worked out by hand from the rules' sources."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.customs.assess import Assessment, Consignment, Entering, Goods, assess
from app.customs.book import books

BOOK = books().tariff
TODAY = date(2026, 11, 22)
CUP, SHIRT, BOOKLET = "691200", "610910", "490199"


def owed(
    *goods: tuple[str, int, int],
    to: str,
    origin: str = "CN",
    currency: str = "EUR",
    freight: int = 0,
    parcels: int = 1,
    entering: int | None = None,
    on: date = TODAY,
    b2c: bool = True,
) -> Assessment:
    items = tuple(Goods(*one) for one in goods)
    total = sum(g.value_minor for g in items) if entering is None else entering
    consignment = Consignment(origin, to, currency, items, freight, parcels, b2c)
    return assess(BOOK, consignment, Entering(total, freight), on)


def reasons(found: Assessment) -> set[str]:
    return {remark.reason for remark in found.remarks}


def test_eu_duty_is_three_euros_for_each_item_line_not_for_each_unit_or_parcel() -> None:
    assert owed((CUP, 6, 6000), to="FR", parcels=3).total("duty") == 300
    assert owed((CUP, 1, 1000), (CUP, 1, 1000), to="FR").total("duty") == 300
    assert owed((CUP, 1, 1000), (SHIRT, 1, 1000), to="FR").total("duty") == 600


def test_eu_duty_of_a_split_is_paid_in_each_consignment() -> None:
    together = owed((CUP, 2, 4000), to="FR")
    apart = [owed((CUP, 1, 2000), to="FR", entering=4000) for _ in range(2)]
    assert sum(part.total("duty") for part in apart) == 2 * together.total("duty")


@pytest.mark.parametrize(("minor", "duty", "collected"), [(15_000, 300, "sale"), (15_001, 0, "import")])
def test_at_150_euros_the_line_duty_and_the_seller_tax_end(minor: int, duty: int, collected: str) -> None:
    found = owed((CUP, 1, minor), to="FR")
    assert found.total("duty") == duty
    assert [due.collected for due in found.dues if due.kind == "vat"] == [collected]
    assert ("duty_not_on_file" in reasons(found)) == (duty == 0)


def test_a_threshold_is_judged_on_all_that_enters_so_parting_an_order_changes_nothing() -> None:
    part = owed((CUP, 1, 8_000), to="FR", entering=16_000)
    assert part.total("duty") == 0
    assert {due.collected for due in part.dues} == {"import"}


def test_freight_counts_for_swiss_tax_but_not_for_the_eu_threshold() -> None:
    assert "tax_at_sale" in reasons(owed((CUP, 1, 15_000), to="FR", freight=2_000))
    assert "under_tax_threshold" in reasons(owed((CUP, 1, 6_700), to="CH"))
    assert "under_tax_threshold" not in reasons(owed((CUP, 1, 6_700), to="CH", freight=500))


def test_before_july_2026_the_eu_had_a_duty_relief() -> None:
    found = owed((CUP, 1, 5_000), to="FR", on=date(2026, 6, 30))
    assert found.total("duty") == 0
    assert "under_duty_threshold" in reasons(found)


def test_a_business_buyer_owes_no_consumer_line_duty() -> None:
    assert owed((CUP, 1, 5_000), to="FR", b2c=False).total("duty") == 0


def test_inside_the_territory_only_tax_is_owed_at_the_destinations_rate() -> None:
    found = owed((CUP, 1, 10_000), to="HU", origin="DE", freight=1_000)
    assert [(d.rule, d.minor, d.collected) for d in found.dues] == [("hu.vat", 2_970, "sale")]


def test_the_closest_hs_code_decides_the_rate_of_each_item() -> None:
    found = owed((CUP, 1, 10_000), (BOOKLET, 1, 10_000), to="DE", origin="DE")
    assert {d.rule: d.minor for d in found.dues} == {"de.vat": 1_900, "de.vat.reduced": 700}
    assert {d.rule: d.verify for d in found.dues} == {"de.vat": False, "de.vat.reduced": True}


def test_new_zealand_takes_its_levy_for_each_consignment_and_judges_items_one_by_one() -> None:
    found = owed((CUP, 2, 60_000), (SHIRT, 1, 5_000), to="NZ", currency="NZD")
    assert found.total("levy") == 221
    # Two cups at NZD 300 each: each item is below NZD 1,000, so the seller takes the tax on all.
    assert {d.collected for d in found.dues if d.kind == "vat"} == {"sale"}
    dear = owed((CUP, 1, 150_000), (SHIRT, 1, 5_000), to="NZ", currency="NZD")
    assert {(d.collected, d.minor) for d in dear.dues if d.kind == "vat"} == {("import", 22_500), ("sale", 750)}
    assert dear.total("levy") == 0


def test_romania_counts_parcels() -> None:
    found = owed((CUP, 2, 10_000), to="RO", currency="RON", parcels=2)
    assert found.total("levy") == 5_000


def test_brazil_takes_twenty_dollars_off_above_fifty() -> None:
    assert owed((CUP, 1, 4_000), to="BR", currency="USD").total("duty") == 800
    assert owed((CUP, 1, 10_000), to="BR", currency="USD").total("duty") == 6_000 - 2_000
    # Freight counts for the threshold and for the base.
    assert owed((CUP, 1, 4_800), to="BR", currency="USD", freight=400).total("duty") == 3_120 - 2_000


def test_the_tax_at_the_border_is_on_the_duty_too() -> None:
    found = owed((CUP, 1, 10_000), to="BR", currency="USD", origin="US")
    vat = next(d for d in found.dues if d.kind == "vat")
    assert vat.minor == 1_700  # taken at the sale: on the price alone
    assert owed((CUP, 1, 60_000), to="CL", currency="USD").total("vat") == round(0.19 * (60_000 + 3_600))


def test_what_is_not_on_file_is_said_and_never_guessed() -> None:
    found = owed((CUP, 1, 10_000), to="US", currency="USD")
    assert found.dues == ()
    assert {"duty_not_on_file", "tax_not_on_file", "papers_needed"} <= reasons(found)
    assert all(r.verify for r in found.remarks if r.reason.endswith("not_on_file"))


def test_a_currency_without_a_rate_stops_the_sums() -> None:
    found = owed((CUP, 1, 10_000), to="FR", currency="XXX")
    assert (found.dues, reasons(found)) == ((), {"no_exchange_rate"})


def test_the_place_of_departure_decides_between_two_thresholds() -> None:
    assert "under_tax_threshold" in reasons(owed((CUP, 1, 17_000), to="KR", currency="USD", origin="US"))
    assert "under_tax_threshold" not in reasons(owed((CUP, 1, 17_000), to="KR", currency="USD", origin="CN"))


items = st.lists(
    st.tuples(st.sampled_from([CUP, SHIRT, BOOKLET, ""]), st.integers(1, 9), st.integers(0, 30_000)),
    min_size=1,
    max_size=5,
)


@given(
    items, st.sampled_from(["FR", "GB", "CH", "NO", "US", "CA", "NZ", "BR", "KR", "IN", "MX"]), st.integers(0, 5_000)
)
def test_nothing_owed_is_negative_and_every_due_names_its_rule(
    goods: list[tuple[str, int, int]], to: str, freight: int
) -> None:
    found = owed(*goods, to=to, freight=freight)
    known = {rule.id for rule in BOOK.rules}
    for due in found.dues:
        assert due.minor >= 0
        assert due.rule in known
        assert due.count >= 1


@given(items, items, st.sampled_from(["FR", "NZ", "BR", "AU"]))
def test_parting_a_consignment_never_lowers_duties_and_levies(
    one: list[tuple[str, int, int]], other: list[tuple[str, int, int]], to: str
) -> None:
    total = sum(minor for _, _, minor in (*one, *other))
    together = owed(*one, *other, to=to, entering=total)
    apart = [owed(*goods, to=to, entering=total) for goods in (one, other)]
    slack = 2 * len(BOOK.rules)  # each amount is rounded by itself
    if to == "BR" and any(due.rule == "br.duty.high" for due in together.dues):
        slack += 3_600  # the USD 20 come off each consignment
    assert sum(part.total("duty", "levy") for part in apart) + slack >= together.total("duty", "levy")
