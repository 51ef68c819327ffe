"""An order in words: head, goods and money, shipments with their parcels, what happened. Plain Python, no Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from app.desk.views import told
from ui.context import Context
from ui.desk import times
from ui.desk.sheet_rows import SheetRow
from ui.desk.shown import EventShown
from ui.readiness import zone_of
from ui.screens.order.shown import ChipShown

Whole = Mapping[str, Any]
_MONEY = ("goods", "discount", "shipping", "tax", "duty", "fees")
_STATE_SEVERITY = {"held": "warn", "dispatched": "done", "delivered": "done", "shipped": "done"}


def person(order: Whole, context: Context) -> str:
    """Who it is for and where they live; that they were forgotten, when they were."""
    words, at = context.words, order["address"]
    if order["forgotten_at"]:
        when = times.at_length(order["forgotten_at"], zone_of(context.station.time_zone), words)
        return words("screens_desk.order.forgotten", at=when)
    if not at:
        return words("screens_desk.order.nowhere", country=order["country"])
    town = " ".join(part for part in (at["postcode"], at["city"], at["region"]) if part)
    who = " · ".join(part for part in (at["name"], at["company"]) if part)
    where = ", ".join(part for part in (*at["street"], town, at["country"]) if part)
    return f"\u2068{who}\u2069 · \u2068{where}\u2069" if who else f"\u2068{where}\u2069"


def meta(order: Whole, context: Context) -> str:
    words, zone = context.words, zone_of(context.station.time_zone)
    paid = words(f"order.payment.{order['payment']}")
    parts = [
        f"{paid} {order['amounts']['total']} {order['currency']}",
        words("screens_desk.order.shop", shop=order["shop"], number=order["number"]),
        words("screens_desk.order.placed", at=times.at_length(order["placed_at"], zone, words)),
    ]
    if order["available_from"]:
        parts.append(words("screens_desk.order.from", at=times.at_length(order["available_from"], zone, words)))
    return " · ".join(parts)


def chips(order: Whole, context: Context) -> tuple[ChipShown, ...]:
    """State first, then whether it is split, then what the shop tagged it with."""
    words = context.words
    found = [ChipShown(words(f"order.state.{order['state']}"), _STATE_SEVERITY.get(order["state"], "none"))]
    alive = [one for one in order["shipments"] if one["state"] != "cancelled"]
    if len(alive) > 1:
        found.append(ChipShown(words("screens_desk.orders.split", n=len(alive)), "next", "split"))
    found += [ChipShown(str(tag)) for tag in order["tags"][:3]]
    return tuple(found)


def goods(order: Whole, context: Context) -> tuple[SheetRow, ...]:
    """What was sold and for how much, and how the total comes about."""
    words, currency = context.words, order["currency"]
    rows = [SheetRow("title", words("screens_desk.order.goods"))]
    for line in order["lines"]:
        sku = line["sku"] or words("screens_desk.order.unknown", code=line["shop_sku"])
        price = f"{line['total']} {currency}"
        detail = " · ".join((sku, price) if line["ships"] else (sku, price, words("screens_desk.order.no_shipping")))
        missing = "warn" if line["ships"] and not line["sku"] else ""
        rows.append(SheetRow("item", line["title"] or sku, str(line["qty"]), detail, line["sku"] or "", missing))
    rows.append(SheetRow("rule"))
    for name in _MONEY:
        amount = Decimal(order["amounts"][name])
        if amount or name == "goods":
            less = "−" if name == "discount" else ""
            rows.append(SheetRow("pair", words(f"screens_desk.money.{name}"), f"{less}{amount} {currency}"))
    tax = words("screens_desk.money.included" if order["taxes_included"] else "screens_desk.money.added")
    rows.append(SheetRow("total", words("screens_desk.money.total"), f"{order['amounts']['total']} {currency}"))
    rows.append(SheetRow("meta", tax))
    for note in order["notes"]:
        rows.append(SheetRow("rule"))
        rows.append(SheetRow("meta", f"{note['by']}: {note['body']}"))
    if order["unseen"]:
        rows += [SheetRow("rule"), SheetRow("meta", told.not_shown(order["unseen"], words.language))]
    return tuple(rows)


def shipments(order: Whole, context: Context) -> tuple[tuple[SheetRow, ...], ...]:
    """One sheet a shipment; those that were cancelled last."""
    ordered = sorted(order["shipments"], key=lambda one: one["state"] == "cancelled")
    return tuple(tuple(_shipment(one, context)) for one in ordered)


def _shipment(one: Whole, context: Context) -> list[SheetRow]:
    words, zone = context.words, zone_of(context.station.time_zone)
    state = words(f"shipment.state.{one['state']}")
    leaves = times.at(one["leaves_at"], context.clock.now(), zone, words)
    about = [one["warehouse"], f"{one['carrier']} {one['service']}".strip(), one["incoterm"]]
    if one["state"] not in {"dispatched", "delivered", "cancelled"}:
        about.append(words("screens_desk.order.leaves", at=leaves))
    if one["tote"]:
        about.append(words("screens_desk.order.tote", tote=one["tote"]))
    if one["claimed_by"]:
        about.append(words("screens_desk.order.at_bench", station=one["claimed_by"]))
    rows = [SheetRow("title", one["shipment"], state, severity=_STATE_SEVERITY.get(one["state"], ""))]
    rows.append(SheetRow("meta", " · ".join(part for part in about if part)))
    for line in one["lines"]:
        done = words("screens_desk.order.line", picked=line["picked"], packed=line["packed"], qty=line["qty"])
        if line["short"]:
            done += " · " + words("screens_desk.order.short", n=line["short"])
        title = line["title"] or line["sku"]
        severity = "warn" if line["short"] else ""
        rows.append(SheetRow("item", title, str(line["qty"]), f"{line['sku']} · {done}", line["sku"], severity))
    for parcel in one["parcels"]:
        rows += _parcel(parcel, context)
    rows.append(SheetRow("pair", words("screens_desk.order.job"), one["job_code"]))
    return rows


def _parcel(parcel: Whole, context: Context) -> list[SheetRow]:
    words = context.words
    name = words("screens_desk.order.parcel", n=parcel["parcel"].rpartition("/")[2], carton=parcel["carton"] or "?")
    rows = [SheetRow("part", name, words(f"parcel.state.{parcel['state']}"))]
    if parcel["weight_g"]:
        rows.append(SheetRow("pair", words("screens_desk.order.weight"), f"{parcel['weight_g']} g"))
    if parcel["tracking"]:
        rows.append(SheetRow("pair", words("screens_desk.order.tracking"), parcel["tracking"]))
    if parcel["sscc"]:
        rows.append(SheetRow("pair", "SSCC", parcel["sscc"]))
    return rows


def events(order: Whole, context: Context) -> tuple[EventShown, ...]:
    """Newest first; a shipment's own lines begin with its number."""
    words, now, zone = context.words, context.clock.now(), zone_of(context.station.time_zone)
    found = []
    for event in order["timeline"]:
        text = told.happened(event["event"], event["detail"], words.language)
        own = event["subject"].removeprefix(order["order"])
        who = f" · {event['by']}" if event["by"] not in {"SYSTEM", order["shop"], ""} else ""
        severity = {"held": "warn", "cancelled": "stop", "shipped": "done"}.get(event["event"], "")
        shown = EventShown("", text + who, severity, f"{own}:" if own else "")
        found.append(replace(shown, time=times.at(event["at"], now, zone, words)))
    return tuple(reversed(found))
