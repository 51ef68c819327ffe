"""One resolver for all workflows: this job first, then the catalogue; more than one meaning is never guessed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.floor import bench
from app.floor.packet import Item, Packet
from app.floor.resolve import COMMANDS, resolve
from app.floor.scan import normalise
from app.floor.work import (
    SeenAmbiguous,
    SeenBadge,
    SeenBin,
    SeenCarrier,
    SeenCarton,
    SeenCommand,
    SeenItem,
    SeenJob,
    SeenLabel,
    SeenNumber,
    SeenStep,
    SeenTote,
    SeenUnknown,
    SeenUnreadable,
)
from tests.floor import goods
from tests.floor.goods import Catalogue, Station


def seen(raw: bytes | str, packet: Packet | None = None) -> object:
    state = bench.start(packet) if packet else None
    return bench.resolve(normalise(raw), state, Catalogue())


@pytest.mark.parametrize(
    "raw", ["9521234001010", "]E09521234001010", "0009521234001010"[2:], " 9521234001010 ", "cup-sand"]
)
def test_an_article_of_the_job_is_found_by_any_of_its_codes(raw: str) -> None:
    found = seen(raw, goods.simple())
    assert isinstance(found, SeenItem)
    assert (found.sku, found.units, found.lines) == ("CUP-SAND", 1, (("DE-1-1", 1),))


def test_a_case_barcode_says_how_many_units_one_scan_is() -> None:
    found = seen("19521234001017", goods.simple())
    assert isinstance(found, SeenItem)
    assert found.units == 6


def test_gs1_elements_come_with_the_article() -> None:
    found = seen("010952123400145410l1\x1d21x", goods.order())
    assert isinstance(found, SeenItem)
    assert (found.sku, found.lot, found.serial) == ("SOAP", "l1", "x")


def test_a_serial_number_of_the_job_is_its_article() -> None:
    found = seen("hp-01", goods.order())
    assert isinstance(found, SeenItem)
    assert (found.sku, found.serial) == ("PHONES", "HP-01")


def test_a_barcode_of_several_articles_is_the_one_that_this_job_asks_for() -> None:
    lines = (replace(goods.simple().jobs[0].lines[0], sku="CABLE-2M"),)
    packet = replace(goods.simple(), jobs=(replace(goods.simple().jobs[0], lines=lines),))
    found = seen("9521234990017", packet)
    assert isinstance(found, SeenItem)
    assert found.sku == "CABLE-2M"


def test_a_barcode_of_several_articles_of_the_job_is_never_guessed() -> None:
    job = goods.simple().jobs[0]
    lines = tuple(replace(job.lines[0], line=n, sku=sku) for n, sku in ((1, "CABLE-1M"), (2, "CABLE-2M")))
    found = seen("9521234990017", replace(goods.simple(), jobs=(replace(job, lines=lines),)))
    assert found == SeenAmbiguous("9521234990017", ("CABLE-1M", "CABLE-2M"))


def test_a_barcode_of_several_articles_of_no_job_is_never_guessed() -> None:
    assert isinstance(seen("9521234990017"), SeenAmbiguous)
    assert isinstance(seen("9521234990017", goods.simple()), SeenAmbiguous)


def test_an_article_of_the_catalogue_that_the_job_does_not_ask_for_has_no_line() -> None:
    found = seen("9521234001775", goods.simple())
    assert isinstance(found, SeenItem)
    assert (found.sku, found.lines) == ("STRAY", ())


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("a-01", SeenBin("A-01", "A-01")), ("Z-99", SeenBin("Z-99", "Z-99")), ("pbtone", SeenTote("PBTONE", "T01")),
        ("T01", SeenTote("T01", "T01")), ("PBTOTHER", SeenTote("PBTOTHER", "T77")),
        ("PBXSSS", SeenCarton("PBXSSS", "BOX-S")), ("PBSDIVIDE", SeenStep("PBSDIVIDE", "separate")),
        ("de-1-1", SeenJob("DE-1-1", "DE-1-1")), ("DE-9-1", SeenJob("DE-9-1", "DE-9-1")),
        ("PBPICKER", SeenBadge("PBPICKER", "PBPICKER")), ("DE-9-1/1", SeenLabel("DE-9-1/1", "DE-9-1", 1)),
        ("post", SeenCarrier("POST", "post")), ("nobody-knows", SeenUnknown("NOBODY-KNOWS")),
        ("", SeenUnreadable("", "empty")), ("7", SeenUnknown("7")),
    ],
)  # fmt: skip
def test_each_kind_of_code_is_told_by_what_bears_it(raw: str, expected: object) -> None:
    assert seen(raw, goods.cart()) == expected


@pytest.mark.parametrize("code", sorted(COMMANDS))
def test_commands_are_commands_in_every_state_and_case(code: str) -> None:
    assert seen(code.lower() + " ") == SeenCommand(code, COMMANDS[code])
    assert seen(f"]C0{code}", goods.order()) == SeenCommand(code, COMMANDS[code])


def test_digits_are_a_number_only_when_one_is_awaited() -> None:
    station = Station(goods.simple())
    station.scan("PBCOUNT")
    assert bench.resolve(normalise("12"), station.state, Catalogue()) == SeenNumber("12", 12)
    assert isinstance(bench.resolve(normalise("9521234001010"), station.state, Catalogue()), SeenItem)


def test_what_the_state_waits_for_decides_between_two_kinds_that_share_a_code() -> None:
    double = Item("DOUBLE", "Double", barcodes=(("A-01", 1),))
    packet = replace(goods.cart(), items={**goods.cart().items, "DOUBLE": double})
    assert isinstance(seen("A-01", packet), SeenBin)


def test_a_code_of_two_kinds_that_nobody_waits_for_is_ambiguous() -> None:
    double = Item("DOUBLE", "Double", barcodes=(("PBXSSS", 1), ("PBTONE", 1)))
    packet = replace(goods.simple(), items={**goods.simple().items, "DOUBLE": double})
    accepts = replace(bench.accepts(bench.start(packet)), kinds=("label",))
    assert isinstance(resolve(normalise("PBTONE"), accepts, Catalogue()), SeenAmbiguous)


def test_a_label_is_known_by_its_sscc_its_tracking_number_and_its_parcel() -> None:
    station = Station(goods.simple())
    while station.name != "awaiting_label":
        station.scan(bench.view(station.state).hints[0])
    sscc = "395212340000000014"
    for raw in (sscc, f"]C100{sscc}", f"00{sscc}", "tr000001"):
        found = bench.resolve(normalise(raw), station.state, Catalogue())
        assert isinstance(found, SeenLabel), raw
        assert (found.shipment, found.parcel, found.issue) == ("DE-1-1", 1, 1)
    assert bench.resolve(normalise("de-1-1/1"), station.state, Catalogue()) == SeenLabel("DE-1-1/1", "DE-1-1", 1, 0)
