"""What a bench pulls from the shared database into its cache, and what it makes of news."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.carriers import store as carriers
from app.catalog import store as catalog
from app.db import Tx, feed
from app.db.feed import Change, Cursor
from app.db.rows import pieces
from app.floor import store as floor
from app.floor.needed import store as needed
from app.floor.packet import Packet
from app.floor.scan import key
from app.floor.store import recipients
from app.orders.forget import FORGOTTEN
from app.site import store as site
from app.station.cache import Cache, Work
from app.station.sync import store

# Barcodes of the catalogue pulled in one piece: a million products take no more memory than this many.
PAGE = 5000


@dataclass(frozen=True, slots=True)
class Changed:
    """News by shipment, claims held here that are over, and shipments whose customer was forgotten."""

    news: Mapping[str, str]
    ended: frozenset[str]
    forgotten: frozenset[str]


@dataclass(frozen=True, slots=True)
class Everything:
    """News by shipment, and where in the feed one goes on from here.

    `forgotten`: shipments whose customer was forgotten since the bench last listened, or of which the shared database
    knows no recipient while one, or a paper, lies here.
    """

    news: Mapping[str, str]
    cursor: Cursor
    forgotten: frozenset[str]


def held(cache: Cache) -> dict[str, list[str]]:
    """Shipments by claim held here: what one is to ask about. To be looked up before the transaction that asks begins.

    What the bench claims meanwhile, the transaction does not see yet: it would count as lost.
    """
    return {work.packet.claim: [job.shipment for job in work.packet.jobs] for work in cache.work()}


def everything(
    tx: Tx,
    station: str,
    cache: Cache,
    ours: Mapping[str, Iterable[str]],
    *,
    settled: bool,
    anew: bool = False,
    papers: Iterable[str] = (),
) -> Everything:
    """All but the catalogue, as it stands now. `settled`: no fact waits, so work the bench no longer holds may go.

    `anew`: what was applied of the work held here is pulled again. `papers`: shipments of which bytes lie here.
    """
    cursor, epoch = feed.standing(tx), feed.epoch(tx)
    heard = Cursor.read(cache.position("feed", "0")) if cache.position("feed_epoch") == epoch else Cursor()
    if heard > cursor:  # put back to before, and not by a restore of ours
        heard = Cursor()
    forgotten = feed.keys_since(tx, FORGOTTEN, heard)
    cache.keep_position("feed", str(cursor))
    cache.keep_position("feed_epoch", epoch)
    here = site.station(tx, station).warehouse
    cache.keep_position("time_zone", site.warehouses(tx)[here].time_zone)
    cache.keep_bearers(site.bearers(tx))
    cache.keep_named("bin", {key(bin_): bin_ for bin_ in catalog.bins(tx, here)})
    cache.keep_named("tote", {key(code): tote for code, tote in needed.totes(tx, here).items()})
    cache.keep_named("carrier", {key(code): code for code in carriers.carriers(tx)})
    live = floor.live_packets(tx, station)
    opened = {work.packet.claim for work in cache.work() if work.opened} | set(cache.position("opened").split())
    if settled:
        cache.drop_work(ours.keys() - {packet.claim for packet in live})
    missing = [packet for packet in live if anew or packet.claim not in ours]
    before = floor.facts_of(tx, [packet.claim for packet in missing])
    for packet in missing:
        facts = tuple(before[packet.claim])
        cache.keep_work(Work(packet, facts, opened=bool(facts) or packet.claim in opened))
    cache.keep_set_aside(floor.set_aside(tx, [packet.claim for packet in live]))
    _see_totes(tx, cache)
    addressed = set(cache.addressed())
    for work in cache.work():  # all of it: the last session may have ended before it had the addresses
        if any(job.shipment not in addressed for job in work.packet.jobs):
            keep_recipients(tx, cache, work.packet)
    holds = held(cache)
    seen = ours.keys() | {packet.claim for packet in live}
    unseen = {shipment for claim, some in holds.items() if claim not in seen for shipment in some}
    here_of_people = sorted({*cache.addressed(), *papers} - unseen)
    known = {one for some in pieces(here_of_people) for one in recipients(tx, some)}
    news = news_now(tx, cache, {claim: some for claim, some in holds.items() if claim in seen})
    return Everything(news, cursor, frozenset(forgotten | (set(here_of_people) - known)))


def news_now(tx: Tx, cache: Cache, ours: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """What is to be known of all work held here; what was said of work that is over is forgotten."""
    news, _ = _news(tx, ours)
    cache.keep_news(news)
    return news


def keep_recipients(tx: Tx, cache: Cache, packet: Packet) -> None:
    """Whom the packet's labels are for: from now on the bench can finish it alone."""
    cache.keep_recipients(packet.claim, recipients(tx, [job.shipment for job in packet.jobs]).values())


def page_of_catalogue(tx: Tx, cache: Cache, after: str) -> str | None:
    """Pulls the next page of barcodes behind `after`, and what bears them is called.

    Gives where the page after it starts, None at the end.
    """
    rows = store.barcodes(tx, after, PAGE)
    cache.keep_barcodes(rows, anew=not after)
    cache.keep_names(store.names(tx, rows[0][0], rows[-1][0]) if rows else [])
    return rows[-1][0] if rows else None


def what_changed(
    tx: Tx, station: str, cache: Cache, ours: Mapping[str, Iterable[str]], changes: Sequence[Change]
) -> Changed | None:
    """None: nothing of it concerns this bench."""
    told: dict[str, set[str]] = {}
    for change in changes:
        told.setdefault(change.topic, set()).add(change.key)
    lost = floor.live_packets(tx, station, among=told.get("claim", set()) - held(cache).keys())
    for packet in lost:  # claimed here, but the answer never came
        cache.keep_work(Work(packet, opened=False))
        keep_recipients(tx, cache, packet)
    holds = {**ours, **{packet.claim: [job.shipment for job in packet.jobs] for packet in lost}}
    if "operator" in told:
        cache.keep_bearers(site.bearers(tx))
    concerned = {shipment for some in holds.values() for shipment in some} | set(cache.addressed())
    changed = told.get("shipment", set()) & concerned
    if not changed and not told.get("claim", set()) & holds.keys() and FORGOTTEN not in told:
        return None
    found = recipients(tx, sorted(changed))
    cache.correct_recipients(found.values())
    news, ended = _news(tx, holds)
    cache.keep_news(news)
    if ended:  # what they left in totes is known from now on by the shared database alone
        _see_totes(tx, cache)
    return Changed(
        news, ended, frozenset(told.get(FORGOTTEN, set()) | (changed & set(cache.addressed())) - found.keys())
    )


def _see_totes(tx: Tx, cache: Cache) -> None:
    """Work held ahead was claimed when other totes were free."""
    for packet in [work.packet for work in cache.work() if not work.opened]:
        busy = needed.busy_totes(tx, packet.warehouse, [job.shipment for job in packet.jobs])
        cache.keep_busy(packet.claim, busy)


def _news(tx: Tx, ours: Mapping[str, Iterable[str]]) -> tuple[dict[str, str], frozenset[str]]:
    """(news by shipment, claims that are over)"""
    stands = store.stands(tx, ours, {shipment for some in ours.values() for shipment in some})
    news = {}
    for claim, some in ours.items():
        ended = stands.claims.get(claim, "taken_over")
        for shipment in some:
            state = stands.shipments.get(shipment, "cancelled")
            lost = ended == "taken_over" or (ended == "live" and (claim, shipment) not in stands.live)
            news[shipment] = "taken_over" if lost else state if state in {"cancelled", "held"} else "live"
    return news, frozenset(claim for claim in ours if stands.claims.get(claim) != "live")
