"""Which codes the simulator offers: those that move the job on, best first, and wrong ones on purpose. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from app.floor.packet import Packet, apart
from app.floor.scan import key
from app.floor.workflows.pack import PackState
from app.floor.workflows.pick import PickState
from app.station.answer import Answer
from ui.context import Words
from ui.simulator.neighbourhood import Neighbourhood

HELPFUL, STRANGE = 3, 3
# A pen that no shop of the demo sells.
_PEN = "4006381333931"
_ROLES = {"packer": 0, "supervisor": 1}


@dataclass(frozen=True, slots=True)
class Offered:
    """A code to click. `name` says what bears it, `why` what is wrong with it here; empty: it helps."""

    code: str
    name: str
    why: str = ""


def helpful(answer: Answer | None, around: Neighbourhood, signed_in: bool, say: Words) -> tuple[Offered, ...]:
    """What would move the job on, the best first; with nobody here the badges, without a job the work that waits."""
    if not signed_in:
        people = sorted(around.operators, key=lambda one: (_ROLES.get(one.role, len(_ROLES)), one.badge))
        first = {one.role: one for one in reversed(people)}
        return tuple(Offered(one.badge, one.name) for one in sorted(first.values(), key=people.index))[:HELPFUL]
    codes = list(answer.next) if answer else []
    if answer is None or answer.state in ("idle", "finished"):
        codes += [one.shipment for one in around.waiting if one.state != "labelled"]
        codes += [one.carrier for one in around.waiting if one.state == "labelled"]
        codes = codes or ["PBNEXT"]
    elif answer.workflow != "dispatch" and "PBUNDO" not in codes:
        codes.insert(1, "PBUNDO")
    packet = packet_of(answer)
    named: dict[str, str] = {}
    for code in codes:  # an article's second code adds nothing to click
        named.setdefault(called(code, packet, around, answer, say), code)
    return tuple(Offered(code, name) for name, code in named.items())[:HELPFUL]


def strange(answer: Answer | None, around: Neighbourhood, say: Words) -> tuple[Offered, ...]:
    """Another article, a code nobody knows, a label of a parcel that is not ours."""
    packet = packet_of(answer)
    ours = packet.items.keys() if packet else ()
    other = next((one for one in around.articles if one.sku not in ours), None)
    job = answer.job if answer else ""
    label = next((one for one in around.parcels if not one.startswith(f"{job}/")), "")
    found = [Offered(_PEN, say("screens_demo.strange.pen"), say("screens_demo.why.unknown"))]
    if other:
        title, variant = apart(other.title, other.variant)
        found.insert(0, Offered(other.code, ", ".join(filter(None, (title, variant))), say("screens_demo.why.other")))
    if label:
        found.append(Offered(label, say("screens_demo.strange.label"), say("screens_demo.why.label")))
    return tuple(found[:STRANGE])


def packet_of(answer: Answer | None) -> Packet | None:
    """The work in hand; a handover has none."""
    if answer is not None and isinstance(answer.at, PickState | PackState):
        return answer.at.work.packet
    return None


def called(code: str, packet: Packet | None, around: Neighbourhood, answer: Answer | None, say: Words) -> str:
    """What a person would call the thing that bears this code."""
    if code.startswith("PB") and code[2:].isalpha() and code[2:].lower() in COMMANDS:
        return say(f"screens_demo.command.{code[2:].lower()}")
    return (_in_packet(code, packet, say) if packet else "") or _elsewhere(code, around, answer, say)


def _in_packet(code: str, packet: Packet, say: Words) -> str:
    wanted = key(code)
    for item in packet.items.values():
        units = next((units for one, units in item.barcodes if key(one) == wanted), 1 if item.sku == code else 0)
        if units:
            title, variant = apart(item.title, item.variant)
            name = ", ".join(filter(None, (title, variant)))
            return name if units == 1 else say("screens_demo.pack_of", name=name, units=units)
    for stop in packet.stops:
        if stop.bin == code:
            return say("screens_demo.bin", bin=code)
        if code in stop.serials:
            return say("screens_demo.serial", name=packet.items[stop.sku].title)
    if tote := packet.totes.get(code) or (code if code in packet.totes.values() else ""):
        return say("screens_demo.tote", tote=tote)
    for carton in packet.cartons:
        if code in (carton.scan, carton.code):
            return carton.name
    for step in packet.playbook:
        if step.code == code:
            return step.title.get(say.language) or step.id
    return ""


def _elsewhere(code: str, around: Neighbourhood, answer: Answer | None, say: Words) -> str:
    if code.isdigit() and len(code) < 4:
        return say("screens_demo.count", n=code)
    for one in around.waiting:
        if one.shipment == code:
            return say("screens_demo.job", job=code, units=one.units)
        if one.carrier == code:
            return say("screens_demo.carrier", carrier=code)
    if answer and answer.parcel:
        return say("screens_demo.label", parcel=answer.parcel)
    return say("screens_demo.code")


COMMANDS = frozenset(
    {
        "undo", "count", "short", "broken", "next", "box", "out", "shift", "close", "reopen", "void", "reprint",
        "hold", "issue", "help", "ok", "exit",
    }
)  # fmt: skip
