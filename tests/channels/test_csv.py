"""Reading a shop's CSV: every row is accounted for once, and nothing doubtful becomes goods."""

from __future__ import annotations

import contextlib
import gzip
import zlib
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import BadInput
from app.channels.csv import read
from app.channels.csv_map import Map, read_map
from app.channels.reading import Read, Refusal, Skipped
from app.orders.order import Order, RawDocument

MAP = """
[columns]
number = "No"
sku = "SKU"
title = "What"
qty = "Qty"
unit_price = "Price"
placed_at = "When"
customer = "Who"
country = "Where"

[constants]
currency = "GBP"
payment = "paid"
time_zone = "Europe/London"

[countries]
"EIRE" = "IE"
"Nowhere" = ""

[[kinds]]
name = "credit_note"
becomes = "document"
where = { number = "C.*" }

[[kinds]]
name = "write_off"
becomes = "skip"
where = { unit_price = "= 0", qty = "< 0" }

[[kinds]]
name = "postage"
becomes = "charge"
charge = "shipping"
where = { sku = "POST" }
"""
HEADER = "No,SKU,What,Qty,Price,When,Who,Where\n"


@pytest.fixture
def mapped() -> Map:
    return read_map(MAP)


def taken(tmp_path: Path, text: str | bytes, mapped: Map) -> list[Read]:
    file = tmp_path / "orders.csv"
    file.write_bytes(text if isinstance(text, bytes) else (HEADER + text).encode())
    return list(read(file, mapped, "UK"))


def only(reads: list[Read]) -> object:
    assert len(reads) == 1
    return reads[0].item


def test_rows_of_one_order_need_not_stand_together(tmp_path: Path, mapped: Map) -> None:
    reads = taken(
        tmp_path,
        "1,A,Mug,2,1.50,2010-07-01T09:00:00,7,United Kingdom\n"
        "2,B,Bowl,1,3.00,2010-07-01T09:10:00,8,EIRE\n"
        "1,B,Bowl,1,3.00,2010-07-01T09:01:00,7,United Kingdom\n",
        mapped,
    )
    first, second = (one.item for one in reads)
    assert isinstance(first, Order)
    assert isinstance(second, Order)
    assert (first.number, second.number) == ("2", "1"), "each is ready when its last row was read"
    assert [line.shop_sku for line in second.lines] == ["A", "B"]
    assert second.placed_at == "2010-07-01T08:00:00.000Z", "the earliest of its rows, London summer time"
    assert first.ship_to
    assert first.ship_to.country == "IE"


def test_a_price_finer_than_the_minor_unit_is_kept_and_the_line_total_rounded_once(tmp_path: Path, mapped: Map) -> None:
    item = only(taken(tmp_path, "1,A,Pad,250,0.0015,2010-07-01T09:00:00,,United Kingdom\n", mapped))
    assert isinstance(item, Order)
    assert (item.lines[0].unit_price, item.lines[0].total_minor) == (Decimal("0.0015"), 38)


def test_charges_go_into_the_money_of_their_order_and_no_line(tmp_path: Path, mapped: Map) -> None:
    reads = taken(
        tmp_path,
        "1,A,Mug,2,1.50,2010-07-01T09:00:00,,France\n1,POST,POSTAGE,1,18.00,2010-07-01T09:00:00,,France\n",
        mapped,
    )
    item = only(reads)
    assert isinstance(item, Order)
    assert [(c.kind, c.minor) for c in item.charges] == [("shipping", 1800)]
    assert item.total_minor == 2100
    assert reads[0].lines == {"goods": 1, "charge": 1}


def test_an_order_without_goods_is_skipped_by_its_kind(tmp_path: Path, mapped: Map) -> None:
    reads = taken(tmp_path, "1,A,,-4,0.0,2010-07-01T09:00:00,,France\n", mapped)
    assert only(reads) == Skipped("write_off", "1")
    assert reads[0].lines == {"skipped.write_off": 1}


def test_a_credit_note_is_kept_as_it_came(tmp_path: Path, mapped: Map) -> None:
    item = only(taken(tmp_path, "C1,A,Mug,-2,1.50,2010-07-01T09:00:00,7,France\n", mapped))
    assert isinstance(item, RawDocument)
    assert (item.kind, item.customer_key) == ("credit_note", "7")
    assert "C1,A,Mug,-2,1.50" in item.body


@pytest.mark.parametrize(
    ("cells", "field", "reason"),
    [
        ("1,A,Mug,-2,1.50,2010-07-01T09:00:00,,France", "Qty", "got -2"),
        ("1,A,Mug,2000000,1.50,2010-07-01T09:00:00,,France", "Qty", "got 2000000"),
        ("1,A,Mug,two,1.50,2010-07-01T09:00:00,,France", "Qty", "got 'two'"),
        ("1,A,Mug,2,-1.50,2010-07-01T09:00:00,,France", "Price", "got -1.50"),
        ("1,A,Mug,2,NaN,2010-07-01T09:00:00,,France", "Price", "expected a number"),
        ("1,A,Mug,1000000,999999999999,2010-07-01T09:00:00,,France", "Price", "less than 10^15"),
        ("1,A,Mug,2,1.50,yesterday,,France", "When", "got 'yesterday'"),
        ("1,,Mug,2,1.50,2010-07-01T09:00:00,,France", "SKU", "expected a SKU"),
        ("1,A\0B,Mug,2,1.50,2010-07-01T09:00:00,,France", "SKU", "no control characters"),
        ("1,A,Mug,2,1.50,2010-07-01T09:00:00", "", "expected 8 columns, got 6"),
    ],
)
def test_an_order_with_a_bad_row_is_refused_whole_with_its_place(
    tmp_path: Path, mapped: Map, cells: str, field: str, reason: str
) -> None:
    good = "1,B,Bowl,1,3.00,2010-07-01T09:00:00,,France\n9,B,Bowl,1,3.00,2010-07-01T09:00:00,,France\n"
    refused, other = taken(tmp_path, f"{good}{cells}\n", mapped)[::-1]
    assert isinstance(refused.item, Refusal)
    assert (refused.item.at, refused.item.field) == ("row 4", field)
    assert reason in refused.item.reason
    assert refused.lines == {"refused": 2}, "its good row too: an order is whole or not at all"
    assert isinstance(other.item, Order)


def test_a_field_of_ten_megabytes_is_refused_and_the_rest_taken(tmp_path: Path, mapped: Map) -> None:
    huge = f"1,A,{'x' * 10_000_000},1,1,2010-07-01T09:00:00,,France\n"
    reads = taken(tmp_path, huge + "2,A,Mug,1,1,2010-07-01T09:00:00,,France\n", mapped)
    assert isinstance(reads[0].item, Refusal)
    assert "10000000 characters" in reads[0].item.reason
    assert isinstance(reads[1].item, Order)


def test_contradictions_within_one_order_are_refused(tmp_path: Path, mapped: Map) -> None:
    rows = "1,A,Mug,1,1,2010-07-01T09:00:00,,France\n1,A,Mug,1,1,2010-07-01T09:00:00,,Spain\n"
    item = only(taken(tmp_path, rows, mapped))
    assert isinstance(item, Refusal)
    assert "'France' and 'Spain'" in item.reason


@pytest.mark.parametrize(
    ("constant", "field", "reason"),
    [
        ('currency = "XYZ"', "currency", "got 'XYZ', expected a currency code like EUR"),
        ('currency = "GBP"\norder_total = "-5.00"', "order_total", "got -5.00, expected 0 or more"),
        ('currency = "GBP"\nshipping = "-1"', "shipping", "got -1, expected 0 or more"),
    ],
)
def test_unknown_currencies_and_amounts_below_nothing_are_refused(
    tmp_path: Path, constant: str, field: str, reason: str
) -> None:
    mapped = read_map(MAP.replace('currency = "GBP"', constant))
    item = only(taken(tmp_path, "1,A,Mug,1,1,2010-07-01T09:00:00,,France\n", mapped))
    assert isinstance(item, Refusal)
    assert (item.at, item.field, item.reason) == ("row 2", field, reason)


def test_an_order_whose_rebates_are_more_than_its_goods_is_refused(tmp_path: Path, mapped: Map) -> None:
    rows = "1,A,Mug,1,1,2010-07-01T09:00:00,,France\n1,POST,Rebate,1,-3,2010-07-01T09:00:00,,France\n"
    item = only(taken(tmp_path, rows, mapped))
    assert isinstance(item, Refusal)
    assert "parts that sum to -200 minor units" in item.reason


def test_an_order_larger_than_any_real_one_is_refused_and_the_rest_taken(tmp_path: Path, mapped: Map) -> None:
    long = f"1,A,{'x' * 99_000},1,1,2010-07-01T09:00:00,,France\n"
    reads = taken(tmp_path, long * 41 + "2,A,Mug,1,1,2010-07-01T09:00:00,,France\n", mapped)
    assert isinstance(reads[0].item, Refusal)
    assert (reads[0].item.at, reads[0].lines) == ("row 2", {"refused": 41})
    assert "expected at most 4000000 for one order" in reads[0].item.reason
    assert isinstance(reads[1].item, Order)


def test_control_characters_leave_texts_and_nothing_else_changes(tmp_path: Path, mapped: Map) -> None:
    item = only(taken(tmp_path, "1,A,Mu\x00g\x07 Größe 雪,1,1,2010-07-01T09:00:00,,France\n", mapped))
    assert isinstance(item, Order)
    assert item.lines[0].title == "Mug Größe 雪"
    assert "\0" not in item.body


@pytest.mark.parametrize(
    ("payload", "at", "reason"),
    [
        (HEADER.encode() + b"1,A,Gr\xf6sse,1,1,2010-07-01T09:00:00,,France\n", "byte 43", "got 0xf6"),
        (b"\xff\xfeN\0o\0", "byte 0", "expected UTF-8"),
        (b"No;SKU;What\n", "row 1", "expected the columns"),
        (b"", "row 1", "an empty file"),
        (HEADER.encode() + b'1,A,"Mug,1,1,2010,,x\n2,B,Bowl,1,1,2010,,x\n', "row 2", "a quote is not closed"),
        (b"\x1f\x8b\x08garbage", "file", ""),
        (gzip.compress(HEADER.encode() * 2000)[:-20], "file", ""),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_whole(
    tmp_path: Path, mapped: Map, payload: bytes, at: str, reason: str
) -> None:
    (read,) = taken(tmp_path, payload, mapped)
    assert isinstance(read.item, Refusal)
    assert read.item.at == at
    assert reason in read.item.reason
    with contextlib.suppress(EOFError, zlib.error):
        text = gzip.decompress(payload) if payload.startswith(b"\x1f\x8b") else payload
        assert read.lines == {"refused": max(len(text.splitlines()) - 1, 0)}


def test_a_byte_order_mark_and_gzip_make_no_difference(tmp_path: Path, mapped: Map) -> None:
    plain = (HEADER + "1,A,Mug,1,1,2010-07-01T09:00:00,,France\n").encode()
    bodies = {
        form: only(taken(tmp_path, payload, mapped))
        for form, payload in (("plain", plain), ("marked", b"\xef\xbb\xbf" + plain), ("packed", gzip.compress(plain)))
    }
    assert bodies["plain"] == bodies["marked"] == bodies["packed"]


@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["1", "2", "C3", "", "4\x07"]),
            st.sampled_from(["A", "POST", "", "B 1"]),
            st.sampled_from(["2", "-2", "0", "x", ""]),
            st.sampled_from(["1.50", "0", "-3", "?", "0.0001"]),
            st.sampled_from(["France", "Nowhere", "Spain"]),
        ),
        max_size=30,
    )
)
def test_every_row_is_counted_exactly_once(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]
) -> None:
    text = "".join(f"{n},{sku},T,{qty},{price},2010-07-01T09:00:00,,{where}\n" for n, sku, qty, price, where in rows)
    reads = taken(tmp_path_factory.mktemp("rows"), text, read_map(MAP))
    counted = sum((Counter(one.lines) for one in reads), Counter[str]())
    assert counted.total() == len(rows)
    for one in reads:
        if isinstance(one.item, Order):
            assert len(one.item.lines) == one.lines["goods"] > 0


@given(payload=st.binary(max_size=400) | st.text(alphabet='1,A"\n\r\0é;C', max_size=200).map(str.encode))
def test_whatever_bytes_follow_the_header_nothing_breaks(
    tmp_path_factory: pytest.TempPathFactory, payload: bytes
) -> None:
    for one in taken(tmp_path_factory.mktemp("bytes"), HEADER.encode() + payload, read_map(MAP)):
        assert not isinstance(one.item, Refusal) or (one.item.at and one.item.reason)


def test_rows_written_while_the_file_is_read_are_refused(tmp_path: Path, mapped: Map) -> None:
    file = tmp_path / "orders.csv"
    row = "{},A,Mug,1,1,2010-07-01T09:00:00,,France\n"
    file.write_text(HEADER + row.format(1))

    def grow(_: int) -> None:
        file.write_text(HEADER + row.format(1) + row.format(1) + row.format(2))

    reads = list(read(file, mapped, "UK", grow))
    assert [type(one.item) for one in reads] == [Order, Refusal, Refusal]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (('sku = "SKU"', ""), "columns"),
        (('title = "What"', 'titel = "What"'), "columns"),
        (('time_zone = "Europe/London"', 'time_zone = "London"'), "constants.time_zone"),
        (('sku = "POST"', 'sku = "POST("'), "sku"),
        (('charge = "shipping"', ""), "charge"),
        (('"= 0"', '"0"'), "unit_price"),
        (("[columns]", "[columns"), "map"),
    ],
)
def test_a_wrong_map_says_what_is_wrong(change: tuple[str, str], field: str) -> None:
    with pytest.raises(BadInput) as wrong:
        read_map(MAP.replace(*change))
    assert wrong.value.field == field
