"""Making a work packet: everything a bench will need for these shipments, gathered once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.carriers import store as carriers
from app.catalog import store as catalog
from app.catalog.product import Product
from app.db import Tx
from app.floor import playbook, store
from app.floor.held import store as held
from app.floor.packet import Carton, Item, Job, Line, Packet, Stop
from app.shipments import store as shipments
from app.shipments.shipment import UNCLAIMED, Shipment
from app.site import store as site
from app.stock import store as stock

_SHELVES = frozenset({"shelf", "bulk"})


def packet(
    tx: Tx, claim: str, kind: str, found: Sequence[Shipment], latest: Mapping[str, tuple[int, str]], station: str
) -> Packet:
    """The packet of a new claim. All shipments lie in one warehouse; ids and numbers only.

    `latest`: (epoch, id) of each shipment's claim before.
    """
    warehouse = found[0].warehouse
    products = catalog.products(tx, {line.sku for s in found for line in s.lines})
    # Of work that nobody has begun nothing lies anywhere.
    begun = [s.id for s in found if s.stage not in UNCLAIMED]
    boxes = store.boxes(tx, begun) if begun else {}
    lying = store.lying_in_totes(tx, begun) if begun else {}
    siblings = shipments.of_orders(tx, {s.order_id for s in found})
    parted = any(len(some) > 1 for some in siblings.values())
    cities = {w.code: w.city for w in site.warehouses(tx).values()} if parted else {}
    shops = site.shops(tx)
    forbids = {(s.carrier, s.code): set(s.forbids) for s in carriers.services(tx, warehouse)}
    jobs = []
    for shipment in found:
        others = [s for s in siblings[shipment.order_id] if s.state != "cancelled"]
        forbidden = forbids.get((shipment.carrier, shipment.service), set())
        jobs.append(
            Job(
                shipment=shipment.id,
                order=shipment.order_id,
                epoch=latest[shipment.id][0] + 1,
                job_code=shipment.job_code,
                n=sum(s.n <= shipment.n for s in others),
                of=len(others),
                shop=shipment.shop,
                country=shipment.country,
                carrier=shipment.carrier,
                service=shipment.service,
                lines=tuple(
                    Line(line.line, line.sku, line.qty - line.short, line.picked, line.packed)
                    for line in shipment.lines
                    if line.qty > line.short
                ),
                totes=tuple(lying.get(shipment.id, ())),
                boxes=tuple(boxes.get(shipment.id, ())),
                elsewhere=tuple(
                    (sum(line.qty - line.short for line in s.lines), cities[s.warehouse])
                    for s in others
                    if s.id != shipment.id
                ),
                restricted=tuple(
                    sorted(
                        line.sku
                        for line in shipment.lines
                        if line.sku in products and forbidden.intersection(products[line.sku].tags)
                    )
                ),
                label_offline_minutes=shops[shipment.shop].label_offline_minutes,
                after=latest[shipment.id][1],
            )
        )
    bulk = len(jobs) > 1 and (kind == "pack" or all(sum(line.qty for line in j.lines) == 1 for j in jobs))
    return Packet(
        claim=claim,
        kind=kind,
        station=station,
        warehouse=warehouse,
        jobs=tuple(jobs),
        items={sku: _item(p) for sku, p in products.items()},
        stops=_stops(tx, warehouse, jobs) if kind == "pick" else (),
        totes=store.totes(tx, warehouse),
        busy=store.busy_totes(tx, warehouse, [s.id for s in found]),
        cartons=tuple(
            Carton(c.code, c.scan, c.name, c.size.sides, c.tare_g, c.max_g, c.kind) for c in catalog.cartons(tx)
        ),
        playbook=playbook.steps(),
        bulk=bulk,
    )


def _item(product: Product) -> Item:
    return Item(
        sku=product.sku,
        title=product.title,
        variant=", ".join(part for part in (product.colour, product.size_name) if part),
        handling=product.handling,
        weight_g=product.weight_g or 0,
        size=product.size.sides if product.size else (0, 0, 0),
        tags=product.tags,
        lot_tracked=product.lot_tracked,
        serial_tracked=product.serial_tracked,
        barcodes=product.barcodes,
    )


@dataclass(slots=True)
class _Spot:
    """What may still be taken from one bin and lot while stops are handed out.

    Whichever serial numbers lie there may be taken; `others` are those that pickers on their way will have taken if all
    take the first ones.
    """

    walk: int
    bin: str
    lot: str
    units: int
    serials: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def _stops(tx: Tx, warehouse: str, jobs: Iterable[Job]) -> tuple[Stop, ...]:
    """Where to take what, in walk order; of an item the earlier lot first, then the nearer bin."""
    needs = [(job.shipment, line) for job in jobs for line in job.lines if line.qty > line.picked]
    spots = _spots(tx, warehouse, {line.sku for _, line in needs})
    stops: list[tuple[int, Stop]] = []
    for shipment, line in needs:
        need = line.qty - line.picked
        for spot in spots.get(line.sku, ()):
            take = min(need, spot.units)
            if take > 0:
                spot.units -= take
                need -= take
                stop = Stop(spot.bin, line.sku, take, shipment, line.line, spot.lot, (*spot.serials, *spot.others))
                stops.append((spot.walk, stop))
    return tuple(stop for _, stop in sorted(stops, key=lambda w: (w[0], w[1].bin, w[1].sku, w[1].shipment)))


def _spots(tx: Tx, warehouse: str, skus: set[str]) -> dict[str, list[_Spot]]:
    """What other pickers are on their way to take is left for them: two carts aren't sent for one unit."""
    bins = catalog.bins(tx, warehouse)
    left = held.on_their_way(tx, warehouse, skus)
    spots: dict[tuple[str, str, str], _Spot] = {}
    for place in stock.places(tx, [(sku, warehouse) for sku in sorted(skus)]):
        walk, kind = bins.get(place.place, (0, ""))
        if kind not in _SHELVES:
            continue
        key = (place.sku, place.place, place.lot)
        units = place.on_hand - place.damaged - place.hold
        taken = min(units, left.get(key, 0))
        left[key] = left.get(key, 0) - taken
        spot = spots.setdefault(key, _Spot(walk, place.place, place.lot, 0))
        spot.units += units - taken
        if place.serial and units > taken:
            spot.serials += (place.serial,)
        elif place.serial and units:
            spot.others += (place.serial,)
    by_sku: dict[str, list[_Spot]] = {}
    for (sku, _, _), spot in sorted(spots.items(), key=lambda s: (s[0][2], s[1].walk, s[1].bin)):
        by_sku.setdefault(sku, []).append(spot)
    return by_sku
