"""Making a work packet: everything a bench will need for these shipments, gathered once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.db import Tx
from app.floor import playbook
from app.floor.needed import store
from app.floor.needed.store import Needs, Standing
from app.floor.packet import Job, Line, Packet, Stop
from app.shipments.shipment import Shipment


def packet(tx: Tx, claim: str, kind: str, known: Standing, station: str) -> Packet:
    """The packet of a new claim on all these shipments, which lie in one warehouse; ids and numbers only."""
    some = list(known.shipments.values())
    warehouse = some[0].warehouse
    skus = {line.sku for s in some for line in s.lines}
    needs = store.needs(tx, warehouse, known.shipments, skus, to_pick=kind == "pick")
    jobs = tuple(_job(shipment, known, needs) for shipment in some)
    return Packet(
        claim=claim,
        kind=kind,
        station=station,
        warehouse=warehouse,
        jobs=jobs,
        items=dict(needs.items),
        stops=_stops(jobs, needs) if kind == "pick" else (),
        totes=dict(needs.totes),
        busy=tuple(needs.busy),
        cartons=tuple(needs.cartons),
        playbook=playbook.steps(),
        bulk=len(jobs) > 1 and (kind == "pack" or all(sum(line.qty for line in j.lines) == 1 for j in jobs)),
    )


def _job(shipment: Shipment, known: Standing, needs: Needs) -> Job:
    epoch, after = known.latest[shipment.id]
    others = [s for s in known.siblings[shipment.order_id] if s.state != "cancelled"]
    forbidden = set(needs.forbids.get((shipment.carrier, shipment.service), ()))
    return Job(
        shipment=shipment.id,
        order=shipment.order_id,
        epoch=epoch + 1,
        job_code=shipment.job_code,
        n=sum(s.n <= shipment.n for s in others),
        of=len(others),
        shop=shipment.shop,
        country=shipment.country,
        carrier=shipment.carrier,
        service=shipment.service,
        lines=tuple(
            Line(line.line, line.sku, line.due, line.picked, line.packed) for line in shipment.lines if line.due > 0
        ),
        totes=tuple(known.lying.get(shipment.id, ())),
        boxes=tuple(known.boxes.get(shipment.id, ())),
        elsewhere=tuple(
            (sum(line.due for line in s.lines), needs.cities[s.warehouse]) for s in others if s.id != shipment.id
        ),
        restricted=tuple(
            sorted(
                line.sku
                for line in shipment.lines
                if line.sku in needs.items and forbidden.intersection(needs.items[line.sku].tags)
            )
        ),
        label_offline_minutes=needs.offline[shipment.shop],
        after=after,
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


def _stops(jobs: Iterable[Job], needs: Needs) -> tuple[Stop, ...]:
    """Where to take what, in walk order; of an item the earlier lot first, then the nearer bin."""
    spots = _spots(needs)
    stops: list[tuple[int, Stop]] = []
    for job in jobs:
        for line in job.lines:
            need = line.qty - line.picked
            for spot in spots.get(line.sku, ()):
                take = min(need, spot.units)
                if take > 0:
                    spot.units -= take
                    need -= take
                    serials = (*spot.serials, *spot.others)
                    stop = Stop(spot.bin, line.sku, take, job.shipment, line.line, spot.lot, serials)
                    stops.append((spot.walk, stop))
    return tuple(stop for _, stop in sorted(stops, key=lambda w: (w[0], w[1].bin, w[1].sku, w[1].shipment)))


def _spots(needs: Needs) -> dict[str, list[_Spot]]:
    """What other pickers are on their way to take is left for them: two carts aren't sent for one unit."""
    left = dict(needs.awaited)
    spots: dict[tuple[str, str, str], _Spot] = {}
    for place in needs.places:
        key = (place.sku, place.bin, place.lot)
        taken = min(place.units, left.get(key, 0))
        left[key] = left.get(key, 0) - taken
        spot = spots.setdefault(key, _Spot(place.walk, place.bin, place.lot, 0))
        spot.units += place.units - taken
        if place.serial and place.units > taken:
            spot.serials += (place.serial,)
        elif place.serial and place.units:
            spot.others += (place.serial,)
    by_sku: dict[str, list[_Spot]] = {}
    for (sku, _, _), spot in sorted(spots.items(), key=lambda s: (s[0][2], s[1].walk, s[1].bin)):
        by_sku.setdefault(sku, []).append(spot)
    return by_sku
