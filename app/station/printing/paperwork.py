"""From a print job by reference to bytes: made when it is printed, from the packet, its facts, and whom it is for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo

from app.base.clock import Clock
from app.base.errors import NotFound
from app.base.wording import FALLBACK, word
from app.carriers import store as carriers
from app.db import Database
from app.floor import bench
from app.floor import store as floor
from app.floor.packet import Box, Item, Job
from app.floor.papers.handover_list import HandoverList, HandoverParcel, handover_list
from app.floor.papers.packing_slip import Elsewhere, PackingSlip, SlipLine, SlipParcel, packing_slip
from app.floor.papers.parcel_label import ParcelLabel, parcel_label
from app.floor.papers.pick_list import Pick, PickJob, PickList, pick_list
from app.floor.papers.words import Words
from app.floor.recipient import Recipient
from app.floor.store import recipients
from app.shipments import store as shipments
from app.shipments.shipment import GONE
from app.station.cache import Cache, Work
from app.station.hand import taken_up
from app.station.journal.journal import Journal
from app.station.journal.numbers import Numbers
from app.station.journal.records import PrintJob
from app.station.printing.addressing import address_lines, country_name
from app.station.printing.spool import Paper
from printers.label import Label
from printers.registry import model_of, render

# As much of a handover's id as a barcode of the list has room for; its end is what chance made.
_CODE = 20


@dataclass(frozen=True, slots=True)
class _Packed:
    """What a parcel's papers are made from. `n` is the parcel's number."""

    work: Work
    job: Job
    n: int
    boxes: tuple[Box, ...]
    to: Recipient


class Paperwork:
    """Asks the shared database only for work that is no longer held here.

    `label_printer`: the address labels go to, which says what language they are made in.
    """

    def __init__(
        self,
        database: Database,
        journal: Journal,
        cache: Cache,
        numbers: Numbers,
        clock: Clock,
        label_printer: str,
    ) -> None:
        self._database, self._journal, self._cache = database, journal, cache
        self._numbers, self._clock, self._label_printer = numbers, clock, label_printer

    def render(self, job: PrintJob) -> Paper:
        """LabelError: it doesn't fit on paper. NotFound: its work or its recipient is not known any more.

        DatabaseAway: only the shared database knows what must stand on it.
        """
        match job.document:
            case "parcel_label":
                model = model_of(self._label_printer)
                return Paper(render(self.label(job), model), model.language)
            case "packing_slip":
                return self._slip(job)
            case "pick_list":
                return self._pick_list(job)
            case "handover_list":
                return self._handover_list(job)
            case _:
                raise NotFound(f"no paper of kind {job.document}", kind="unknown_document")

    def label(self, job: PrintJob) -> Label:
        """The parcel's label as it is printed, in no printer's language; raises as `render` does."""
        packed = self._packed(job)
        box = next((b for b in packed.boxes if b.n == packed.n and b.issue == job.issue), None)
        if box is None:
            raise NotFound(f"{job.subject}: issue {job.issue} is not on any parcel", kind="issue_void")
        to = packed.to
        label = ParcelLabel(
            parcel=job.subject,
            order=to.number,
            shipment=job.shipment,
            number=box.n,
            of=max(len(packed.boxes), box.n),
            carrier=to.carrier_name,
            service=to.service_name,
            sscc=box.sscc,
            tracking=box.tracking,
            demo=self._numbers.is_demo(box.tracking),
            sender=address_lines(to.sender),
            recipient=address_lines(to.address),
            country=country_name(to.address.country),
            country_code=to.address.country,
            weight_g=box.weight_g,
            issue=job.issue,
            copy=job.copy,
            job=packed.job.job_code,
            date=self._today(),
        )
        return parcel_label(label, _words(to.language))

    def _slip(self, job: PrintJob) -> Paper:
        packed = self._packed(job)
        items, to = packed.work.packet.items, packed.to
        inside: dict[str, int] = {}
        for lying in (lying for box in packed.boxes if box.n == packed.n for lying in box.items):
            inside[lying.sku] = inside.get(lying.sku, 0) + lying.qty
        slip = PackingSlip(
            shop=to.shop_name,
            order=to.number,
            shipment=job.shipment,
            date=self._today(),
            number=packed.job.n,
            of=packed.job.of,
            recipient=(*address_lines(to.address), country_name(to.address.country)),
            returns=address_lines(to.returns),
            parcels=(SlipParcel(job.subject, tuple(SlipLine(_title(items[s]), s, n) for s, n in inside.items())),),
            elsewhere=tuple(Elsewhere(units, city) for units, city in packed.job.elsewhere),
        )
        return Paper(packing_slip(slip, _words(to.language)), "pdf")

    def _pick_list(self, job: PrintJob) -> Paper:
        packet = self._work_of(job.claim).packet
        by = self._cache.operator(job.operator)
        picks = (
            Pick(n, s.bin, s.sku, _title(packet.items[s.sku]), _barcode(packet.items[s.sku]), s.qty, s.shipment)
            for n, s in enumerate(packet.stops)
        )
        wanted = PickList(
            warehouse=packet.warehouse,
            station=packet.station,
            operator=by.name if by else job.operator,
            date=self._today(),
            jobs=tuple(PickJob(j.shipment, j.job_code, bulk=packet.bulk) for j in packet.jobs),
            picks=tuple(picks),
        )
        return Paper(pick_list(wanted, _words(by.language if by else FALLBACK)), "pdf")

    def _handover_list(self, job: PrintJob) -> Paper:
        by = self._cache.operator(job.operator)
        with self._database.read() as tx:
            handover = shipments.handover_row(tx, job.subject)
            if handover is None:
                raise NotFound(f"handover {job.subject}", kind="unknown_handover", handover=job.subject)
            gone = [parcel for parcel in shipments.parcels_on(tx, job.subject) if parcel.state in GONE]
            countries = {s.id: s.country for s in shipments.get(tx, {parcel.shipment for parcel in gone}).values()}
            carrier = carriers.carriers(tx).get(handover["carrier"])
        listed = HandoverList(
            code=job.subject.replace("-", "")[-_CODE:].upper(),
            carrier=carrier.name if carrier else handover["carrier"],
            warehouse=handover["warehouse"],
            date=self._today(),
            parcels=tuple(
                HandoverParcel(parcel.id, parcel.tracking or "", countries[parcel.shipment], parcel.weight_g)
                for parcel in gone
            ),
        )
        return Paper(handover_list(listed, _words(by.language if by else FALLBACK)), "pdf")

    def _packed(self, job: PrintJob) -> _Packed:
        work = self._work_of(job.claim)
        packed = next((j for j in work.packet.jobs if j.shipment == job.shipment), None)
        if packed is None:
            raise NotFound(f"{job.shipment} is not in its packet", kind="packet_gone")
        to = self._recipient(job.shipment)
        tally = bench.tally(taken_up(work, self._journal.facts_of(job.claim)).state)
        n = int(job.subject.rpartition("/")[2])
        return _Packed(work, packed, n, tuple(tally.boxes.get(job.shipment, ())), to)

    def _today(self) -> str:
        """By the warehouse's own calendar."""
        zone = self._cache.position("time_zone", "UTC")
        return self._clock.now().astimezone(ZoneInfo(zone)).date().isoformat()

    def _work_of(self, claim: str) -> Work:
        held = next((work for work in self._cache.work() if work.packet.claim == claim), None)
        if held:
            return held
        with self._database.read() as tx:
            found = floor.claims(tx, [claim])
            if claim not in found:
                raise NotFound(f"claim {claim}", kind="packet_gone")
            return Work(found[claim].packet, tuple(floor.facts_of(tx, [claim])[claim]))

    def _recipient(self, shipment: str) -> Recipient:
        held = self._cache.recipient(shipment)
        if held:
            return held
        with self._database.read() as tx:
            found = recipients(tx, [shipment])
        if shipment not in found:
            raise NotFound(f"nobody to send {shipment} to", kind="recipient_gone")
        return found[shipment]


def _words(language: str) -> Words:
    return partial(word, language=language)


def _title(item: Item) -> str:
    return f"{item.title}, {item.variant}" if item.variant else item.title


def _barcode(item: Item) -> str:
    """The code of a single unit, as it is printed on the goods."""
    return next((code for code, units in item.barcodes if units == 1), item.sku)
