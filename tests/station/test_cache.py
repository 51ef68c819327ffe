"""The cache: what a bench may lose, and what it must be able to forget."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.floor.packet import Item, Job, Line, Packet
from app.floor.recipient import Recipient
from app.orders.order import Address
from app.site.pin import Bearer
from app.site.roles import Operator
from app.site.site import Place
from app.station.cache import FILE, Cache, Work


def packet(claim: str) -> Packet:
    job = Job("DE-1-1", "DE-1", 1, "PJERTUIOPS", 1, 1, "DE", "DE", "PDP", "std", (Line(1, "SKU-1", 2),))
    return Packet(
        claim, "pack", "desk", "FRA", (job,), {"SKU-1": Item("SKU-1", "Cup", barcodes=(("4006381333931", 1),))}
    )


def recipient(shipment: str, name: str) -> Recipient:
    address = Address(name=name, street=("Lange Straße 1",), city="Köln", country="DE")
    return Recipient(shipment, address, Place(), Place(), "Shop", "de", "1", "2026-11-22T08:00:00.000Z", "Paket", "Std")


def everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))


def test_what_was_kept_is_read_back(tmp_path: Path) -> None:
    cache = Cache(tmp_path / FILE)
    cache.keep_work(Work(packet("b")))
    cache.keep_work(Work(packet("a")))
    cache.keep_recipients("C1", [recipient("DE-1-1", "Ada")])
    cache.keep_bearers([Bearer(Operator("PBPICKER", "Pia", "packer", "de"), "$argon2id$", True)])
    cache.keep_news({"DE-1-1": "live"})
    cache.close()
    cache = Cache(tmp_path / FILE)
    assert cache.work() == [Work(packet("b")), Work(packet("a"))]
    assert cache.recipient("DE-1-1") == recipient("DE-1-1", "Ada")
    assert cache.operator("pbpicker") == Operator("PBPICKER", "Pia", "packer", "de")
    assert cache.bearer("pbpicker") == Bearer(Operator("PBPICKER", "Pia", "packer", "de"), "$argon2id$", True)
    assert cache.news() == {"DE-1-1": "live"}
    cache.close()


def test_the_packet_opened_last_comes_last(tmp_path: Path) -> None:
    cache = Cache(tmp_path / FILE)
    for claim in ("a", "b", "a"):
        cache.keep_work(Work(packet(claim)))
    assert [w.packet.claim for w in cache.work()] == ["b", "a"]
    cache.drop_work(["a"])
    assert [w.packet.claim for w in cache.work()] == ["b"]
    cache.close()


def test_a_code_of_several_products_names_them_all(tmp_path: Path) -> None:
    cache = Cache(tmp_path / FILE)
    cache.keep_barcodes([("4006381333931", "A", 1), ("4006381333931", "B", 6)])
    assert cache.products(("4006381333931", "04006381333931")) == (("A", 1), ("B", 6))
    assert cache.products(("0",)) == ()
    cache.close()


def test_a_forgotten_recipient_leaves_no_byte(tmp_path: Path) -> None:
    cache = Cache(tmp_path / FILE)
    cache.keep_recipients("C1", [recipient(f"DE-{n}-1", f"Rosalind Muster {n}") for n in range(200)])
    assert b"Rosalind" in everything_in(tmp_path)
    cache.forget([f"DE-{n}-1" for n in range(200)])
    assert b"Rosalind" not in everything_in(tmp_path)
    assert b"Lange" not in everything_in(tmp_path)
    cache.close()


@pytest.mark.parametrize("spoilt", [b"not a database at all" * 100, b""])
def test_a_spoilt_cache_starts_again_empty(tmp_path: Path, spoilt: bytes) -> None:
    (tmp_path / FILE).write_bytes(spoilt)
    cache = Cache(tmp_path / FILE)
    assert cache.work() == []
    cache.keep_work(Work(packet("a")))
    assert len(cache.work()) == 1
    cache.close()


def test_a_cache_of_another_form_is_pulled_anew(tmp_path: Path) -> None:
    cache = Cache(tmp_path / FILE)
    cache.keep_work(Work(packet("a")))
    cache._db.execute("PRAGMA user_version = 99")
    cache.close()
    cache = Cache(tmp_path / FILE)
    assert cache.work() == []
    cache.close()


def test_without_a_place_for_its_file_the_cache_lives_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = Cache(tmp_path / "file" / FILE)
    cache.keep_work(Work(packet("a")))
    assert len(cache.work()) == 1
    cache.close()
