"""What a parcel's contents ask for: packing steps, a carton they fit, and what it will weigh."""

from __future__ import annotations

from dataclasses import dataclass

from app.floor.packet import Box, Carton, Item, Lying, Packet, PlaybookStep

# Goods never fill a carton to the last corner: what packers reach with padding.
_FILL = 0.8


@dataclass(frozen=True, slots=True)
class Due:
    """A step to be done; `sku` when it is for each article."""

    step: str
    sku: str = ""

    @property
    def key(self) -> str:
        """How a parcel records it."""
        return f"{self.step}:{self.sku}" if self.sku else self.step


def due(packet: Packet, box: Box) -> tuple[Due, ...]:
    """Steps the parcel still asks for: those for each article first, since they are done before it goes in."""
    asked = sorted(_asked(packet, box), key=lambda d: not d.sku)
    return tuple(d for d in asked if d.key not in box.steps)


def still_done(packet: Packet, box: Box) -> tuple[str, ...]:
    """Of the steps done, those that new contents leave valid: an article's own, never the whole parcel's."""
    asked = {d.key for d in _asked(packet, box) if d.sku}
    return tuple(key for key in box.steps if key in asked)


def step(packet: Packet, id_: str) -> PlaybookStep:
    return next(s for s in packet.playbook if s.id == id_)


def _asked(packet: Packet, box: Box) -> list[Due]:
    skus = list(dict.fromkeys(unit.sku for unit in box.items))
    several = sum(unit.qty for unit in box.items) > 1
    goods = [packet.items[sku] for sku in skus if sku in packet.items]
    classes, tags = {item.handling for item in goods}, {tag for item in goods for tag in item.tags}
    found: list[Due] = []
    for asked in packet.playbook:
        if asked.several and not several:
            continue
        # Most steps concern nothing in the parcel: that is told at once, not article by article.
        if (asked.handling or asked.tags) and classes.isdisjoint(asked.handling) and tags.isdisjoint(asked.tags):
            continue
        concerned = [sku for sku in skus if _concerns(asked, packet.items.get(sku))]
        if asked.per == "item":
            found += [Due(asked.id, sku) for sku in concerned]
        elif concerned:
            found.append(Due(asked.id))
    return found


def _concerns(asked: PlaybookStep, item: Item | None) -> bool:
    if not asked.handling and not asked.tags:
        return True
    return item is not None and (item.handling in asked.handling or not set(asked.tags).isdisjoint(item.tags))


def net_weight(packet: Packet, items: tuple[Lying, ...]) -> int:
    """Grams of the goods alone."""
    return sum(packet.items[unit.sku].weight_g * unit.qty for unit in items if unit.sku in packet.items)


def carton(packet: Packet, code: str) -> Carton | None:
    return next((c for c in packet.cartons if c.code == code), None)


def gross_weight(packet: Packet, box: Box) -> int:
    """Grams: the goods and the carton."""
    chosen = carton(packet, box.carton)
    return net_weight(packet, box.items) + (chosen.tare_g if chosen else 0)


def suggested(packet: Packet, items: tuple[Lying, ...]) -> Carton | None:
    """The smallest carton for these goods, by longest sides, volume with air, and weight; else the largest."""
    goods = heap(packet, items)
    found = [c for c in packet.cartons if fits(c, goods)]
    if found:
        return min(found, key=lambda c: (_volume(c.size), c.code))
    return max(packet.cartons, key=lambda c: (_volume(c.size), c.code), default=None)


@dataclass(frozen=True, slots=True)
class Heap:
    """Goods as a carton sees them. `sides`: the longest of each side, the shortest side first; mm, mm³, grams."""

    sides: tuple[int, int, int]
    volume: int
    weight_g: int
    alone: bool


def heap(packet: Packet, items: tuple[Lying, ...]) -> Heap:
    """These goods together."""
    short = middle = long = volume = weight = count = 0
    for unit in items:
        count += unit.qty
        item = packet.items.get(unit.sku)
        if item:
            a, b, c = sorted(item.size)
            short, middle, long = max(short, a), max(middle, b), max(long, c)
            volume += _volume(item.size) * unit.qty
            weight += item.weight_g * unit.qty
    return Heap((short, middle, long), volume, weight, count == 1)


def fits(into: Carton, goods: Heap) -> bool:
    """By longest sides, volume with air, and weight."""
    if any(side > inner for side, inner in zip(goods.sides, sorted(into.size), strict=True)):
        return False
    return goods.weight_g <= into.max_g and (goods.alone or goods.volume <= _volume(into.size) * _FILL)


def _volume(size: tuple[int, int, int]) -> int:
    return size[0] * size[1] * size[2]


def full(into: Carton, goods: Heap) -> int:
    """Percent of the carton's volume that the goods take; more than 100 when they cannot all go in."""
    return round(100 * goods.volume / _volume(into.size)) if _volume(into.size) else 0
