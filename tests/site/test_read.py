"""A site file is taken whole or refused with the entry and field that is wrong."""

from __future__ import annotations

import pytest

from app.base.errors import BadInput
from app.base.paths import RESOURCES
from app.db import Database
from app.site import store
from app.site.load import load_site
from app.site.read import read_site
from app.site.roles import SYSTEM

DEMO = (RESOURCES / "demo" / "site.toml").read_text("utf-8")


def test_the_demo_site_is_read_and_loading_it_twice_changes_nothing(database: Database) -> None:
    site = read_site(DEMO)
    with database.write() as tx:
        load_site(tx, site, operator=SYSTEM)
        once = (store.company(tx), store.shops(tx), store.warehouses(tx), store.stations(tx), store.operators(tx))
        load_site(tx, site, operator=SYSTEM)
        twice = (store.company(tx), store.shops(tx), store.warehouses(tx), store.stations(tx), store.operators(tx))
    assert once == twice
    assert set(once[1]) == {"DE", "US"}
    assert {o.badge for o in once[4]} >= {"PBPICKER", "PBCHIEF"}


@pytest.mark.parametrize(
    ("text", "at", "field"),
    [
        ("not toml at all [", "site file", ""),
        ("[company]\nname = 5", "company", "name"),
        ("[company]\nnickname = 'x'", "company", "nickname"),
        ("shop = 3", "shop", ""),
        ("[[shop]]\ncode = 'DE'", "shop[0]", ""),
        ("[[operator]]\nbadge = 'B'\nname = 'N'\nrole = 'king'", "operator[0]", "role"),
        ("[[warehouse]]\ncode='A'\nname='A'\ncity='A'\ncountry='DE'\ntime_zone='UTC'\n[[station]]\nname='S'\nwarehouse='B'",
         "station[0]", "warehouse"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(text: str, at: str, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_site(text)
    assert (refused.value.at, refused.value.field) == (at, field)
