"""The floor in words. Plain Python, no Qt."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.desk.views.floor.board import Bench, BurnDown, Floor
from ui.context import Context
from ui.desk import times
from ui.readiness import local, zone_of
from ui.screens.floor.shown import CardShown, NeedShown, TileShown
from ui.widgets.initials import initials

_SYNC = {
    "in_step": ("ok-circle", "ok"), "sending": ("sending", "ink-2"), "offline": ("offline", "warn-text"),
    "silent": ("stop-octagon", "stop-text"), "free": ("", "ink-2"),
}  # fmt: skip
_NEED = {
    "silent": ("stop-octagon", "stop-text"), "offline": ("offline", "warn-text"), "printer": ("printer", "warn-text"),
    "help": ("help", "ink-2"), "update": ("clock", "ink-2"),
}  # fmt: skip


def card(one: Bench, now: datetime, context: Context) -> CardShown:
    words = context.words
    title = words("shell.bench", name=one.station)
    if one.sync == "free":
        left = words("floor.holds", n=one.shipments) if one.shipments else words("floor.for_anyone")
        free = ("", words("floor.sync.free"), "ink-2")
        return CardShown(one.station, title, free, words("floor.nobody"), left, free=True)
    need = one.need if one.need in ("printer", "help") else None
    icon, ink = (_NEED[need][0], "warn-text") if need else _SYNC[one.sync]
    key = need or (f"{one.sync}_n" if one.waiting and one.sync in ("offline", "sending") else one.sync)
    return CardShown(
        station=one.station,
        title=title,
        sync=(icon, words(f"floor.sync.{key}", n=one.waiting), ink),
        person=f"\u2068{one.person}\u2069" if one.person else words("floor.nobody"),
        work=work(one, context),
        parcels=words("floor.parcel" if one.parcels_today == 1 else "floor.parcels", n=one.parcels_today),
        scans=words("floor.scans", n=one.scans_hour),
        part=min(1.0, one.done / one.of) if one.of else 0.0,
        foot=(f"{one.done} / {one.of}" if one.of else "", _since(one, now, context)),
        tint={"silent": "stop", "offline": "warn", "printer": "warn", "help": "warn"}.get(one.need or "", ""),
        initials=initials(one.person),
    )


def work(one: Bench, context: Context) -> str:
    words = context.words
    doing = "label" if one.workflow == "pack" and one.state == "awaiting_label" else one.workflow
    told = words.if_any(f"shell.place.{doing}") if doing not in ("", "idle") and one.job else ""
    return f"{told} · {one.job}" if told else one.job or words("floor.between")


def _since(one: Bench, now: datetime, context: Context) -> str:
    words = context.words
    if one.sync in ("offline", "silent"):
        return words("floor.as_of", time=clock(one.heard_at, now, context)) if one.heard_at else ""
    return times.span((now - one.since).total_seconds() / 60, words) if one.since and one.of else ""


def need(one: Bench, now: datetime, context: Context) -> NeedShown:
    words, kind = context.words, one.need or "update"
    name = words("shell.bench", name=one.station)
    icon, ink = _NEED[kind]
    quiet = times.span((now - one.heard_at).total_seconds() / 60, words) if one.heard_at else words("floor.never")
    match kind:
        case "silent":
            detail = words("floor.need.silent_holds", span=quiet, n=one.shipments) if one.shipments else quiet
            if one.leaves_at:
                detail += words("floor.need.for_cut_off", time=clock(one.leaves_at, now, context))
        case "offline":
            detail = words("floor.need.offline_as_of", time=clock(one.heard_at, now, context), n=one.waiting)
        case "printer":
            detail = words.if_any(f"station.printer.{one.printer}") or one.printer
        case "help":
            assert one.help is not None
            detail = words("floor.need.help_for", job=one.help.shipment, time=clock(one.help.since, now, context))
        case _:
            detail = words("floor.need.update_why")
    return NeedShown(one.station, words(f"floor.need.{kind}", bench=name), detail, icon, ink)


def tiles(floor: Floor, context: Context) -> tuple[TileShown, ...]:
    words = context.words
    burn, pace = floor.burn, floor.packed_hour
    found = [_burn(burn, floor.now, context)] if burn else [_nothing(context)]
    needed = words("floor.tile.need", n=figure(burn.needed, context)) if burn else ""
    found.append(TileShown(words("floor.tile.pace"), figure(pace, context) if pace is not None else "–", needed))
    events, benches = floor.waiting
    key = "waiting_one" if benches == 1 else "waiting_at"
    found.append(TileShown(words("floor.tile.waiting"), str(events), words(f"floor.tile.{key}", n=benches)))
    return tuple(found)


def _nothing(context: Context) -> TileShown:
    return TileShown(context.words("floor.tile.next"), "0", context.words("floor.tile.nothing"))


def _burn(burn: BurnDown, now: datetime, context: Context) -> TileShown:
    words = context.words
    chip = (words("floor.tile.no_pace"), "none")
    if burn.done_at is not None:
        key = "on_time" if burn.on_time else "late"
        chip = (words(f"floor.tile.{key}", time=clock(burn.done_at, now, context)), "ok" if burn.on_time else "warn")
    begun = min(at for at, _ in burn.curve)
    last = max(burn.leaves_at, burn.done_at or now) if burn.done_at and not burn.on_time else burn.leaves_at
    whole = max((last - begun).total_seconds(), 1.0)
    most = max(1, *(left for _, left in burn.curve))

    def along(at: datetime) -> float:
        return min(1.0, (at - begun).total_seconds() / whole)

    return TileShown(
        caption=f"{burn.carriers[0]} {clock(burn.leaves_at, now, context)}",
        figure=str(burn.left),
        small=words("floor.tile.to_pack", n=burn.total),
        chip=chip,
        curve=tuple((along(at), left / most) for at, left in burn.curve),
        ahead=(along(burn.done_at), 0.0) if burn.done_at else None,
        end=along(burn.leaves_at),
    )


def clock(at: datetime | None, now: datetime, context: Context) -> str:
    """The time of day in the warehouse; with the day before it when that isn't today."""
    if at is None:
        return context.words("floor.never")
    zone = zone_of(context.time_zone)
    there = at.astimezone(zone)
    if there.date() == now.astimezone(zone).date():
        return local(at, zone)
    if abs(at - now) > timedelta(days=6):
        return there.strftime("%Y-%m-%d")
    return f"{context.words(f'shell.day.{there.isoweekday()}')} {local(at, zone)}"


def figure(value: float, context: Context) -> str:
    """With one digit behind the point while that tells something."""
    text = f"{value:.1f}" if value < 10 else f"{value:.0f}"
    return text.replace(".", context.words("screens_work.point"))
