"""Packets for workflow tests, and a bench that takes scans as a station does: resolve, advance, evolve, keep."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from app.base.ids import gs1_check_digit
from app.floor import bench
from app.floor.facts import Event
from app.floor.packet import Box, Carton, Item, Job, Line, Lying, Packet, PlaybookStep, Stop
from app.floor.scan import key, normalise
from app.floor.work import Facts, News, Print, Step

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

CUP = Item("CUP-SAND", "Stoneware cup", "sand", "fragile", 340, (110, 85, 95), (), barcodes=(
    ("9521234001010", 1), ("19521234001017", 6), ("495212001011", 1)))  # fmt: skip
MUG = Item("CUP-SLATE", "Stoneware cup", "slate", "fragile", 340, (110, 85, 95), barcodes=(("9521234001027", 1),))
TEE = Item("TEE-M", "T-shirt", "ecru, M", "apparel", 175, (260, 200, 20), barcodes=(("9521234001164", 1),))
PHONES = Item(
    "PHONES",
    "Headphones",
    "",
    "electronics",
    420,
    (210, 190, 85),
    serial_tracked=True,
    barcodes=(("9521234001348", 1),),
)
SOAP = Item("SOAP", "Soap", "", "liquid", 470, (75, 75, 185), lot_tracked=True, barcodes=(("9521234001454", 1),))
CABLE_1 = Item("CABLE-1M", "Cable", "1 m", weight_g=45, size=(150, 90, 20), barcodes=(
    ("9521234001409", 1), ("9521234990017", 1)))  # fmt: skip
CABLE_2 = Item("CABLE-2M", "Cable", "2 m", weight_g=70, size=(150, 90, 25), barcodes=(
    ("9521234001416", 1), ("9521234990017", 1)))  # fmt: skip
STRAY = Item("STRAY", "Stray thing", "", weight_g=9, size=(10, 10, 10), barcodes=(("9521234001775", 1),))
ITEMS = (CUP, MUG, TEE, PHONES, SOAP, CABLE_1, CABLE_2)

TOTES = {"PBTONE": "T01", "PBTTUO": "T02", "PBTTHREE": "T03", "PBTFULL": "T09"}
CARTONS = (
    Carton("BOX-S", "PBXSSS", "Box S", (230, 160, 110), 110, 5000),
    Carton("BOX-M", "PBXLLL", "Box M", (310, 230, 150), 210, 10000),
)
PLAYBOOK = (
    PlaybookStep("extra_protection", "PBSPROTECT", {"en": "Wrap it", "de": "Einwickeln"}, "parcel", ("fragile",)),
    PlaybookStep("size_label", "PBSSTICKER", {"en": "Size label"}, "item", ("apparel",), confirm="key"),
    PlaybookStep("separate", "PBSDIVIDE", {"en": "Divider"}, "parcel", several=True, confirm="key"),
)


def job(shipment: str, lines: tuple[Line, ...], **more: object) -> Job:
    return replace(
        Job(
            shipment, shipment.rpartition("-")[0], 1, f"PBJ{shipment[-3]}", 1, 1, "DE", "FR", "post", "parcel", lines
        ),
        **more,
    )  # fmt: skip


def packet(kind: str, *jobs: Job, stops: tuple[Stop, ...] = (), **more: object) -> Packet:
    full = Packet(
        "claim-1", kind, "B1", "LEJ", jobs, {item.sku: item for item in ITEMS}, stops, TOTES, CARTONS, PLAYBOOK
    )
    return replace(full, busy=("T09",), **more)


def cart() -> Packet:
    """Two shipments, five stops in three bins: several of one, a serial, a lot, two shipments at one bin."""
    one = job("DE-1-1", (Line(1, "CUP-SAND", 8), Line(2, "PHONES", 2)))
    two = job("DE-2-1", (Line(1, "CUP-SAND", 2), Line(2, "SOAP", 3)))
    serials = ("HP-01", "HP-02", "HP-03")
    return packet("pick", one, two, stops=(
        Stop("A-01", "CUP-SAND", 8, "DE-1-1", 1), Stop("A-01", "CUP-SAND", 2, "DE-2-1", 1),
        Stop("A-02", "PHONES", 2, "DE-1-1", 2, serials=serials),
        Stop("B-01", "SOAP", 1, "DE-2-1", 2, lot="L1"), Stop("B-01", "SOAP", 2, "DE-2-1", 2, lot="L2"),
    ))  # fmt: skip


def bulk_pick() -> Packet:
    """Three one-item orders into one tote."""
    jobs = tuple(job(f"DE-{n}-1", (Line(1, sku, 1),)) for n, sku in ((1, "TEE-M"), (2, "CUP-SAND"), (3, "TEE-M")))
    stops = (
        Stop("A-01", "TEE-M", 1, "DE-1-1", 1), Stop("A-01", "TEE-M", 1, "DE-3-1", 1),
        Stop("A-02", "CUP-SAND", 1, "DE-2-1", 1),
    )  # fmt: skip
    return packet("pick", *jobs, stops=stops, bulk=True)


def order() -> Packet:
    """One shipment to pack: fragile, apparel, a serial, two lots, and an article on two lines."""
    lines = (Line(1, "CUP-SAND", 8, 8), Line(2, "TEE-M", 2, 2), Line(3, "PHONES", 2, 2), Line(4, "SOAP", 3, 3),
             Line(5, "CUP-SAND", 1, 1))  # fmt: skip
    lying = (
        Lying(1, "CUP-SAND", 8, tote="T01"), Lying(2, "TEE-M", 2, tote="T01"),
        Lying(3, "PHONES", 1, serial="HP-01", tote="T01"), Lying(3, "PHONES", 1, serial="HP-02", tote="T02"),
        Lying(4, "SOAP", 1, lot="L1", tote="T02"), Lying(4, "SOAP", 2, lot="L2", tote="T02"),
        Lying(5, "CUP-SAND", 1, tote="T01"),
    )  # fmt: skip
    return packet("pack", job("DE-1-1", lines, totes=lying, n=1, of=2, elsewhere=((3, "Shenzhen"),)))


def simple() -> Packet:
    """One shipment: two cups, one slate."""
    lines = (Line(1, "CUP-SAND", 2, 2), Line(2, "CUP-SLATE", 1, 1))
    lying = (Lying(1, "CUP-SAND", 2, tote="T01"), Lying(2, "CUP-SLATE", 1, tote="T01"))
    return packet("pack", job("DE-1-1", lines, totes=lying))


def bulk_pack() -> Packet:
    """Three one-item orders in one tote, matched by scanning the item."""
    jobs = tuple(
        job(f"DE-{n}-1", (Line(1, sku, 1, 1),), totes=(Lying(1, sku, 1, tote="T01"),))
        for n, sku in ((1, "TEE-M"), (2, "CUP-SAND"), (3, "TEE-M"))
    )
    return packet("pack", *jobs, bulk=True)


def resumed() -> Packet:
    """A job left half done: a labelled parcel, one whose label waits, an open one; the rest in the tote."""
    lines = (Line(1, "CUP-SAND", 4, 4, 3), Line(2, "TEE-M", 2, 2, 1))
    boxes = (
        Box(1, "labelled", "BOX-S", (Lying(1, "CUP-SAND", 1),), ("extra_protection",), *numbers_of(901), 1, 1, 450),
        Box(2, "closed", "BOX-M", (Lying(2, "TEE-M", 1),), ("size_label:TEE-M",), *numbers_of(902), 2, 1, 385),
        Box(3, "open", "", (Lying(1, "CUP-SAND", 2),)),
    )
    lying = (Lying(1, "CUP-SAND", 1, tote="T01"), Lying(2, "TEE-M", 1, tote="T01"))
    return packet("pack", job("DE-1-1", lines, totes=lying, boxes=boxes))


def restricted() -> Packet:
    """Two jobs; one holds an article that must not travel this way, and units that nobody picked."""
    lines = (Line(1, "CUP-SAND", 2, 2), Line(2, "SOAP", 1, 1), Line(3, "TEE-M", 1))
    lying = (Lying(1, "CUP-SAND", 2, tote="T01"), Lying(2, "SOAP", 1, lot="L1", tote="T01"))
    other = job("DE-2-1", (Line(1, "CUP-SAND", 1, 1),), totes=(Lying(1, "CUP-SAND", 1, tote="T02"),))
    return packet("pack", job("DE-1-1", lines, totes=lying, restricted=("SOAP",)), other)


def labelled() -> Packet:
    """A shipment in two parcels, both labelled, opened once more."""
    lines = (Line(1, "CUP-SAND", 2, 2, 2), Line(2, "TEE-M", 1, 1, 1))
    boxes = (
        Box(1, "labelled", "BOX-S", (Lying(1, "CUP-SAND", 2),), (), *numbers_of(901), 1, 1, 790),
        Box(2, "labelled", "BOX-M", (Lying(2, "TEE-M", 1),), (), *numbers_of(902), 1, 1, 385),
    )
    return packet("pack", job("DE-1-1", lines, boxes=boxes))


def awkward_cart() -> Packet:
    """A shipment with a restricted article, one whose units have no bin, and one that was begun before."""
    one = job("DE-1-1", (Line(1, "CUP-SAND", 1), Line(2, "SOAP", 1)), restricted=("SOAP",))
    two = job("DE-2-1", (Line(1, "TEE-M", 2),))
    three = job("DE-3-1", (Line(1, "CUP-SAND", 3, 2),), totes=(Lying(1, "CUP-SAND", 2, tote="T03"),))
    return packet("pick", one, two, three, stops=(
        Stop("A-01", "CUP-SAND", 1, "DE-1-1", 1), Stop("A-01", "CUP-SAND", 1, "DE-3-1", 1),
        Stop("A-02", "TEE-M", 1, "DE-2-1", 1), Stop("A-02", "SOAP", 1, "DE-1-1", 2),
    ))  # fmt: skip


class Catalogue:
    """Everything else in the warehouse: a product, a bin, a tote, a badge and a label that are not of the job."""

    def products(self, codes: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
        known = [(code, item.sku, units) for item in (*ITEMS, STRAY) for code, units in item.barcodes]
        return tuple({(sku, units) for code, sku, units in known if code in codes})

    def name(self, sku: str) -> tuple[str, str]:
        return next(((item.title, item.variant) for item in (*ITEMS, STRAY) if item.sku == sku), ("", ""))

    def named(self, kind: str, code: str) -> str | None:
        known = {
            "bin": {"Z-99": "Z-99"}, "tote": {"PBTOTHER": "T77"}, "carrier": {"POST": "post", "EXPRESS": "express"},
        }  # fmt: skip
        return known[kind].get(code)

    def badge(self, code: str) -> str | None:
        return {"PBPICKER": "PBPICKER"}.get(code)

    def job(self, code: str) -> str | None:
        return {"DE-9-1": "DE-9-1"}.get(code)

    def label(self, code: str) -> tuple[str, int] | None:
        return {"395212349999999990": ("DE-9-1", 1), "DE-9-1/1": ("DE-9-1", 1)}.get(code)


@dataclass
class Station:
    """A bench in memory: gives op_ids, hands out numbers, keeps its facts, moves its clock by `pace` at each scan."""

    packet: Packet
    pace: float = 0.2
    now: datetime = NOON
    log: list[tuple[str, Event]] = field(default_factory=list)
    prints: list[Print] = field(default_factory=list)
    news: dict[str, News] = field(default_factory=dict)
    out_of_numbers: bool = False
    no_address: bool = False
    used: int = 0
    waiting_labels: frozenset[tuple[str, int]] = frozenset()

    def __post_init__(self) -> None:
        self.state = bench.start(self.packet)

    @property
    def facts(self) -> Facts:
        numbers = None if self.out_of_numbers else numbers_of(self.used + 1)
        ready = not self.no_address
        return Facts(self.now, self.news, numbers, recipient_ready=ready, waiting_labels=self.waiting_labels)

    def scan(self, raw: bytes | str, *, after: float | None = None) -> Step:
        self.now += timedelta(seconds=self.pace if after is None else after)
        seen = bench.resolve(normalise(raw), self.state, Catalogue())
        step = bench.advance(self.state, seen, self.facts)
        for event in step.events:
            op_id = f"op{len(self.log):05d}"
            self.state = bench.evolve(self.state, op_id, event)
            self.log.append((op_id, event))
        self.used += sum(type(event).__name__ in ("ParcelClosed", "LabelRecreated") for event in step.events)
        self.prints += step.prints
        return step

    def scans(self, *raws: str) -> Step:
        step = None
        for raw in raws:
            step = self.scan(raw)
        assert step is not None
        return step

    def say(self, raw: str, *, after: float | None = None) -> str:
        return self.scan(raw, after=after).message.id

    @property
    def name(self) -> str:
        return bench.view(self.state).state

    def follow(self, steps: int = 400) -> int:
        """Scan the first hint until there is none; how many scans it took."""
        for n in range(steps):
            hints = bench.view(self.state).hints
            if not hints:
                return n
            self.scan(hints[0], after=1.5)
        raise AssertionError(f"not done after {steps} hints: {bench.view(self.state)}")


def numbers_of(n: int) -> tuple[str, str]:
    """The SSCC and tracking number of the nth label."""
    digits = f"3952123400000{n:04d}"
    return digits + gs1_check_digit(digits), f"TR{n:06d}"


def codes(packet: Packet) -> tuple[str, ...]:
    """Everything there is to scan around this packet, right and wrong."""
    mine = [code for item in packet.items.values() for code, _ in item.barcodes]
    mine += [stop.bin for stop in packet.stops] + list(packet.totes) + [step.code for step in packet.playbook]
    mine += [carton.scan for carton in packet.cartons] + [j.shipment for j in packet.jobs]
    mine += ["HP-01", "HP-02", "HP-03", "010952123400145410L1", "010952123400145410L2", "010952123400145410L9"]
    mine += ["9521234001775", "Z-99", "PBTOTHER", "PBPICKER", "DE-9-1", "DE-9-1/1", "POST", "1", "2", "3", "0"]
    mine += [f"{j.shipment}/{n}" for j in packet.jobs for n in (1, 2)] + ["395212340000000014", "TR000002", "TR000003"]
    return tuple(dict.fromkeys([*mine, "nonsense", "x" * 4096, "", "\x01\x02", key("cup-sand")]))
