"""Goods come into the catalogue: new, changed or known, and bundles only of what there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from app.base.errors import NotAllowed
from app.base.measures import Size
from app.catalog import load, store
from app.catalog.product import Carton, Product
from app.catalog.read import Bin, Refusal, read_products, read_stock
from app.db import Database
from app.site.roles import SYSTEM, Operator

CUP = Product(
    "CUP", "Cup", weight_g=300, size=Size(90, 90, 100), barcodes=(("4006381333931", 1), ("14006381333938", 6))
)
SET = Product("SET", "Two cups", handling="bundle", parts=(("CUP", 2),))


def test_products_are_new_then_known_then_changed(database: Database, now: datetime) -> None:
    with database.write() as tx:
        first = load.load_products(tx, [CUP, SET], operator=SYSTEM, now=now)
        again = load.load_products(tx, [SET, CUP], operator=SYSTEM, now=now)
        heavier = load.load_products(tx, [replace(CUP, weight_g=310), SET], operator=SYSTEM, now=now)
    assert (first.added, first.updated, first.unchanged) == (2, 0, 0)
    assert (again.added, again.updated, again.unchanged) == (0, 0, 2)
    assert (heavier.added, heavier.updated, heavier.unchanged) == (0, 1, 1)


def test_a_bundle_of_what_nobody_knows_or_of_a_bundle_is_refused_and_the_rest_taken(
    database: Database, now: datetime
) -> None:
    odd = Product("ODD", "Odd", handling="bundle", parts=(("NOTHING", 1),))
    nest = Product("NEST", "Nested", handling="bundle", parts=(("SET", 1),))
    with database.write() as tx:
        done = load.load_products(tx, [CUP, SET, odd, nest], operator=SYSTEM, now=now)
        assert store.known(tx, ["CUP", "SET", "ODD", "NEST"]) == {"CUP", "SET"}
    assert [(r.at, r.field) for r in done.refused] == [("ODD", "parts"), ("NEST", "parts")]


def test_bins_and_cartons_are_counted_the_same_way(database: Database) -> None:
    box = Carton("S", "PBXEE", "Small", "box", Size(200, 200, 100), 100, 5000)
    shelf = Bin("LEJ", "A-01", 10, "shelf")
    with database.write() as tx:
        assert load.load_cartons(tx, [box], operator=SYSTEM).added == 1
        assert load.load_cartons(tx, [replace(box, tare_g=120)], operator=SYSTEM).updated == 1
        assert load.load_bins(tx, [shelf], operator=SYSTEM).added == 1
        assert load.load_bins(tx, [shelf], operator=SYSTEM).unchanged == 1


def test_a_packer_may_not_change_the_catalogue(database: Database, now: datetime) -> None:
    with pytest.raises(NotAllowed), database.write() as tx:
        load.load_products(tx, [CUP], operator=Operator("P", "Pat", "packer"), now=now)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (",No sku", "sku"),
        ("A,Title,-3", "weight_g"),
        ("A,Title,1e3", "weight_g"),
        ("A,Title,99999999999", "weight_g"),
        ("A,Ti\x07tle,3", "title"),
        ("A," + "x" * 3000 + ",3", "title"),
        ("A,Title,3,magic", "handling"),
        ("A,Title,3,plain,CODE*0", "barcodes"),
        ("A,Title,3,plain,CODE*x", "barcodes"),
        ("A,Title,3,plain,C,12a456", "hs_code"),
    ],
)
def test_a_bad_row_is_refused_with_its_place(row: str, field: str) -> None:
    lines = ["sku,title,weight_g,handling,barcodes,hs_code\n", "GOOD,Good,5\n", row + "\n", "FINE,Fine,6\n"]
    good, bad, fine = read_products(lines)
    assert isinstance(good, Product)
    assert isinstance(fine, Product)
    assert isinstance(bad, Refusal)
    assert (bad.at, bad.field) == ("row 3", field)


def test_stock_of_an_unknown_kind_is_refused() -> None:
    [refused] = read_stock(["warehouse,bin,sku,type,qty\n", "LEJ,A,CUP,borrowed,3\n"])
    assert isinstance(refused, Refusal)
    assert refused.field == "type"
