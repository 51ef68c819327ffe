"""Pick list, packing slip and handover list: complete, searchable, readable by a scanner, equal for equal values."""

import io
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.wording import known, word
from app.floor.papers.handover_list import HandoverList, HandoverParcel, handover_list
from app.floor.papers.packing_slip import Elsewhere, PackingSlip, SlipLine, SlipParcel, packing_slip
from app.floor.papers.pick_list import Pick, PickJob, PickList, pick_lines, pick_list
from app.floor.papers.words import Words
from tests.printers.scripts import needs_font
from tests.zpl_render.renderer import read_symbols

german: Words = partial(word, language="de")

PICKS = PickList(
    "Leipzig",
    "Bench 7",
    "Amina Diallo",
    "22.11.2026 10:54",
    (
        PickJob("DE-1042-1", "PJKLSDFGRT", "T-17"),
        PickJob("DE-1043-1", "PJXCVBNHUI", "T-18"),
        PickJob("DE-1101-1", "PJBBBBBBBB", bulk=True),
        PickJob("DE-1102-1", "PJCCCCCCCC", bulk=True),
    ),
    (
        Pick(30, "C-11-02", "BLANKET", "Wool blanket", "4260712800037", 2, "DE-1043-1"),
        Pick(10, "A-01-03", "CUP", "Ceramic cup", "4006381333931", 1, "DE-1042-1"),
        Pick(20, "A-02-11", "TEE", "T-shirt", "4260712800013", 1, "DE-1101-1"),
        Pick(20, "A-02-11", "TEE", "T-shirt", "4260712800013", 1, "DE-1102-1"),
        Pick(20, "A-02-11", "TEE", "T-shirt", "4260712800013", 3, "DE-1043-1"),
        Pick(10, "A-01-03", "CUP", "Ceramic cup", "4006381333931", 4, "DE-1042-1"),
    ),
)
SLIP = PackingSlip(
    "Lumenhaus",
    "#1042",
    "DE-1042-1",
    "22.11.2026",
    1,
    2,
    ("Jürgen Weißmüller", "Bäckerstraße 12", "60313 Frankfurt am Main"),
    ("Lumenhaus Returns", "Torgauer Str. 231", "04347 Leipzig"),
    (
        SlipParcel("DE-1042-1/1", (SlipLine("Ceramic cup", "CUP", 4), SlipLine("T-shirt", "TEE", 2))),
        SlipParcel("DE-1042-1/2", (SlipLine("Wool blanket", "BLANKET", 1),)),
    ),
    (Elsewhere(3, "Shenzhen"),),
)
HANDOVER = HandoverList(
    "HODHLGFTRE",
    "DHL Paket",
    "Leipzig",
    "22.11.2026 14:30",
    tuple(HandoverParcel(f"DE-{1000 + i}-1/1", f"CE48207{i:04}DE", "FR", 1000 + i) for i in range(80)),
)


def pages(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def scanned(data: bytes, page: int = 0) -> list[str]:
    out = io.BytesIO()
    document = pypdfium2.PdfDocument(data)
    document[page].render(scale=4).to_pil().save(out, "PNG")
    document.close()
    return sorted(symbol.text for symbol in read_symbols(out.getvalue()))


@pytest.fixture(autouse=True)
def _fonts() -> None:
    needs_font("Latin")


def test_stops_come_in_walk_order_and_an_item_of_a_bin_once() -> None:
    stops = [(line.bin, line.sku, line.quantity, line.targets) for line in pick_lines(PICKS)]
    assert stops == [
        ("A-01-03", "CUP", 5, ((1, 5),)),
        ("A-02-11", "TEE", 5, ((0, 2), (2, 3))),
        ("C-11-02", "BLANKET", 2, ((2, 2),)),
    ]


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("AB"), st.integers(1, 9), st.integers(0, 3)), max_size=30))
def test_a_pick_list_loses_and_invents_no_item(drawn: list[tuple[int, str, int, int]]) -> None:
    picks = tuple(
        Pick(walk, f"bin{walk}", sku, sku, "12345", n, PICKS.jobs[job].shipment) for walk, sku, n, job in drawn
    )
    lines = pick_lines(replace(PICKS, picks=picks))
    assert sum(line.quantity for line in lines) == sum(pick.quantity for pick in picks)
    assert len({(line.bin, line.sku) for line in lines}) == len(lines)


def test_a_pick_for_a_shipment_not_on_the_list_is_a_bug_that_shows() -> None:
    with pytest.raises(KeyError):
        pick_lines(replace(PICKS, jobs=PICKS.jobs[:1]))


def test_a_pick_list_has_a_code_to_scan_for_each_tote_and_none_for_bulk() -> None:
    assert scanned(pick_list(PICKS, word)) == ["PJKLSDFGRT", "PJXCVBNHUI"]


def test_a_pick_list_says_bin_quantity_and_the_last_four_digits() -> None:
    [page] = pages(pick_list(PICKS, word))
    for wanted in ("A-01-03", "Wool blanket", "3931", "× 5", "bulk", "× 2", "T-17", "Amina Diallo", "12 items"):
        assert wanted in page


def test_a_packet_of_forty_shipments_flows_over_pages_with_its_head_on_each() -> None:
    jobs = tuple(PickJob(f"DE-{i}-1", f"PJ{'ERTUIOPSDF'[i % 10]}{i:04}") for i in range(40))
    picks = tuple(Pick(i, f"A-{i:02}", f"SKU{i}", "Thing", f"{i:013}", 1, job.shipment) for i, job in enumerate(jobs))
    found = pages(pick_list(replace(PICKS, jobs=jobs, picks=picks), word))
    assert len(found) > 2
    assert all(f"A-{i:02}" in "".join(found) for i in range(40))
    assert all("Bin" in page for page in found if "SKU" in page)
    assert f"page {len(found)} of {len(found)}" in found[-1]


def test_a_split_order_says_what_comes_from_where() -> None:
    [page] = pages(packing_slip(SLIP, word))
    assert "Shipment 1 of 2: 3 items come from Shenzhen" in page
    [page] = pages(packing_slip(replace(SLIP, elsewhere=(Elsewhere(1, "Shenzhen"), Elsewhere(2, "Reno"))), german))
    assert "1 Teil kommt aus Shenzhen, 2 Teile kommen aus Reno" in page


def test_a_whole_order_says_nothing_of_other_shipments() -> None:
    [page] = pages(packing_slip(replace(SLIP, of=1, elsewhere=()), word))
    assert "Shipment 1 of" not in page


@pytest.mark.parametrize("size", ["A4", "A5"])
def test_a_slip_lists_what_lies_in_which_parcel_and_where_returns_go(size: str) -> None:
    text = "\n".join(pages(packing_slip(SLIP, word, size)))  # type: ignore[arg-type]
    for wanted in ("DE-1042-1/1", "Ceramic cup", "DE-1042-1/2", "Wool blanket", "#1042", "Frankfurt", "04347 Leipzig"):
        assert wanted in text


def test_a_slip_for_one_parcel_names_no_parcel() -> None:
    [page] = pages(packing_slip(replace(SLIP, parcels=SLIP.parcels[:1]), word))
    assert "DE-1042-1/1" not in page


def test_a_handover_list_holds_every_parcel_their_number_and_weight() -> None:
    found = pages(handover_list(HANDOVER, german))
    text = "\n".join(found)
    assert all(parcel.tracking in text for parcel in HANDOVER.parcels)
    assert "80 Pakete" in text
    assert "83,160 kg" in text
    assert "Übernommen von" in found[-1]
    assert all("Sendungsnummer" in page for page in found if "CE482" in page)
    assert scanned(handover_list(HANDOVER, german)) == ["HODHLGFTRE"]


@pytest.mark.parametrize(
    "make",
    [partial(pick_list, PICKS), partial(packing_slip, SLIP), partial(handover_list, HANDOVER)],
    ids=lambda f: f.func.__name__,
)
@pytest.mark.parametrize("language", ["en", "de"])
def test_equal_values_give_equal_bytes_and_every_caption_has_its_words(
    make: Callable[[Words], bytes], language: str
) -> None:
    asked: list[str] = []

    def words(key: str, /, **values: object) -> str:
        asked.append(key)
        return word(key, language, **values)

    data = make(words)
    assert data == make(words)
    assert all(known(key, language) for key in asked)
    assert not any("papers." in page or "{" in page for page in pages(data))


@pytest.mark.parametrize("script", ["Greek", "Cyrillic", "Han", "Hangul", "Arabic", "Hebrew"])
def test_a_slip_takes_an_address_in_any_script(script: str) -> None:
    from tests.printers.scripts import LETTERS

    needs_font(script)
    blank = len(packing_slip(replace(SLIP, recipient=()), word))
    assert len(packing_slip(replace(SLIP, recipient=(LETTERS[script] * 3, "12")), word)) > blank
