"""The top of a job at the packing bench: its parcels, whom it is for, and what of it comes from elsewhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.base.clock import from_stamp
from app.floor.messages import text as said
from app.floor.picture.pack import PackPicture
from app.floor.recipient import Recipient
from app.floor.work import Message
from app.station.printing.addressing import country_name
from app.station.sync.sync import SyncState
from ui.context import Words
from ui.packing.shown import Notice, Tab


def tabs(picture: PackPicture, words: Words) -> tuple[Tab, ...]:
    return tuple(
        Tab(tab.city or words("screens_pack.parcel", n=tab.number), tab.done, tab.of, tab.standing)
        for tab in picture.tabs
    )


def recipient_line(to: Recipient | None, words: Words) -> str:
    """Name, town, country: personal data, for the screen alone. Each keeps its own direction of writing."""
    if to is None:
        return ""
    town = to.address.city or to.address.region
    place = ", ".join(part for part in (_isolated(town), country_name(to.address.country, words.language)) if part)
    return " · ".join(part for part in (_isolated(to.address.name or to.address.company), place) if part)


def service_line(picture: PackPicture, to: Recipient | None, words: Words) -> str:
    shop = words("screens_pack.shop", shop=picture.shop)
    carrier = to.carrier_name if to else picture.carrier
    service = to.service_name if to else picture.service
    return " · ".join(dict.fromkeys(part for part in (shop, carrier, service) if part))


def split_notice(picture: PackPicture, words: Words) -> Notice | None:
    """What of the order other warehouses send: not missing, not ours to find."""
    if not picture.elsewhere:
        return None
    parts = [
        said(Message("from_city_one" if units == 1 else "from_city", {"units": units, "city": city}), words.language)
        for units, city in picture.elsewhere
    ]
    text = words("screens_pack.split", n=picture.n, of=picture.of_shipments, parts=", ".join(parts))
    return Notice(text, words("screens_pack.split_detail"))


def offline_notice(state: SyncState, minutes: int, now: datetime, words: Words, zone: ZoneInfo) -> Notice | None:
    """Since when the line is gone, how much waits, and until when labels may be made all the same."""
    if not state.trouble:
        return None
    figures: list[tuple[str, str]] = []
    if state.since:
        waits = max(0, int((now - from_stamp(state.since)).total_seconds() // 60))
        figures.append((words("screens_pack.offline.oldest"), words("screens_pack.offline.minutes", n=waits)))
    if state.heard_at is not None and minutes:
        until = state.heard_at + timedelta(minutes=minutes)
        if until > now:
            figures.append((words("screens_pack.offline.labels_until"), f"{until.astimezone(zone):%H:%M}"))
        else:
            figures.append((words("screens_pack.offline.labels"), words("screens_pack.offline.labels_wait")))
    since = f"{state.heard_at.astimezone(zone):%H:%M}" if state.heard_at else "–"
    key = "away" if state.trouble == "away" else "unsent"
    return Notice(
        words(f"screens_pack.offline.{key}", since=since, n=state.waiting),
        words(f"screens_pack.offline.{key}_detail"), "offline", "warn", tuple(figures),
    )  # fmt: skip


def _isolated(text: str) -> str:
    return f"\u2068{text}\u2069" if text else ""
