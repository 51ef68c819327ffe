"""Stage 3: what customs is told about a shipment, when it crosses a customs border."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.base.money import share
from app.catalog.product import Product
from app.customs.book import Books
from app.planning.pins import Pins
from app.planning.planned import Declaration, DeclaredLine, Part, TraceLine, Want
from app.planning.stages.split import Split

# What a declaration can't do without (EU data elements; carriers ask the same).
NEEDED = ("hs_code", "origin", "customs_description")


def undeclarable(part: Part, products: Mapping[str, Product]) -> dict[str, list[str]]:
    """The fields each product of the part lacks for customs."""
    found: dict[str, list[str]] = {}
    for piece in part.pieces:
        lacking = [name for name in NEEDED if not getattr(products[piece.sku], name)]
        if lacking:
            found[piece.sku] = lacking
    return found


def revalued(wants: tuple[Want, ...], pins: Pins) -> tuple[Want, ...]:
    """The wants with the values a person declared for their order lines, shared by what they were worth."""
    values = {i: want.value_minor for i, want in enumerate(wants)}
    for order_line, minor in pins.declared.items():
        mine = [i for i, want in enumerate(wants) if want.order_line == order_line]
        values |= dict(zip(mine, share(minor, [wants[i].value_minor for i in mine]), strict=True))
    return tuple(replace(want, value_minor=values[i]) for i, want in enumerate(wants))


def declare(
    part: Part, *, origin: str, country: str, currency: str, products: Mapping[str, Product], books: Books, pid: bool
) -> tuple[Declaration | None, TraceLine]:
    """The declaration of a part sent from `origin` to `country`, None within one customs territory."""
    tariff = books.tariff
    inputs: dict[str, object] = {"warehouse": part.warehouse, "from": origin, "to": country}
    if not tariff.crosses(origin, country):
        return None, TraceLine("declaration", "territory", books.version, "no_border", inputs)
    territory = tariff.territory(country)
    lines = tuple(
        DeclaredLine(
            line=piece.line,
            sku=piece.sku,
            hs_code=product.hs_code,
            origin=product.origin,
            qty=piece.qty,
            value_minor=piece.value_minor,
            weight_g=piece.qty * (product.weight_g or 0),
            m_pid=product.m_pid if pid else "",
            ns_pid=product.ns_pid if pid else "",
            s_pid=product.s_pid if pid else "",
        )
        for piece, product in ((piece, products[piece.sku]) for piece in part.pieces)
    )
    declaration = Declaration(territory, currency, lines)
    inputs |= {
        "territory": territory,
        "lines": len(lines),
        "value_minor": declaration.value_minor,
        "currency": currency,
    }
    return declaration, TraceLine("declaration", "territory", books.version, "declared", inputs)


def entering_value(split: Split, origins: Mapping[str, str], country: str, books: Books) -> tuple[int, list[int]]:
    """Worth of all goods of the order that enter the territory from outside, and which parts they are in.

    Thresholds are judged on this: parting an order never moves it to the other side of one.
    """
    outside = [i for i, part in enumerate(split) if books.tariff.crosses(origins[part.warehouse], country)]
    return sum(split[i].value_minor for i in outside), outside
