"""Stage 2: which cartons a shipment would fill. A suggestion: at the bench the packer decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.base.measures import Size
from app.catalog.product import Carton, Product
from app.planning.planned import Piece, PlannedParcel

# Goods that want walls around them; and the kinds that have none.
_NEEDS_BOX = frozenset({"fragile", "liquid", "electronics", "bundle"})
_SOFT = frozenset({"mailer", "bag"})


@dataclass(frozen=True, slots=True)
class Limits:
    """What the services that could take the shipment carry at most in one parcel: grams, mm."""

    weight_g: int
    side_mm: int


@dataclass(slots=True)
class _Box:
    """A carton being filled."""

    carton: Carton
    volume_left: int
    weight_left: int
    items: list[tuple[Piece, Product, int]] = field(default_factory=list)
    alike: int = 1

    def room_for(self, product: Product) -> int:
        """How many more units go in, by volume and weight."""
        size = product.size
        if size is None or not _may_hold(self.carton, product):
            return 0
        return max(0, min(self.volume_left // max(1, size.volume), self.weight_left // max(1, product.weight_g or 1)))

    def put(self, piece: Piece, product: Product, n: int) -> None:
        self.items.append((piece, product, n))
        self.volume_left -= n * (product.size.volume if product.size else 0)
        self.weight_left -= n * (product.weight_g or 0)


def pack(
    pieces: Sequence[Piece],
    products: Mapping[str, Product],
    cartons: Sequence[Carton],
    limits: Limits,
    *,
    fill_percent: int,
    carton: str = "",
) -> tuple[PlannedParcel, ...]:
    """First fit, largest goods first, into the largest carton; then each box into the smallest that holds it.

    Every unit lands in just one parcel. A unit that no carton holds travels in its own wrap. `carton`: use only that.
    """
    usable = [
        c
        for c in cartons
        if (c.code == carton if carton else c.tare_g < limits.weight_g and max(c.size.sides) <= limits.side_mm)
    ]
    boxes: list[_Box] = []
    loose: list[PlannedParcel] = []
    for piece in sorted(pieces, key=lambda p: (-_volume(products[p.sku]), p.line)):
        product, left = products[piece.sku], piece.qty
        for box in boxes:
            if left and box.alike == 1 and (n := min(left, box.room_for(product))):
                box.put(piece, product, n)
                left -= n
        if left:
            left = _open(boxes, piece, product, left, usable, limits, fill_percent)
        if left:
            loose.append(_own_wrap(piece, product, left))
    closed = [_close(box, usable, limits, fill_percent) for box in boxes]
    return tuple(sorted((*closed, *loose), key=lambda p: p.items))


def _open(
    boxes: list[_Box],
    piece: Piece,
    product: Product,
    left: int,
    usable: Sequence[Carton],
    limits: Limits,
    fill_percent: int,
) -> int:
    """Open as many boxes as the units fill; how many units no carton holds."""
    fitting = [c for c in usable if _may_hold(c, product) and (product.weight_g or 0) <= _most(c, limits)]
    if not fitting:
        return left
    largest = max(fitting, key=lambda c: (c.kind == "box", c.size.volume, c.code))
    fresh = _empty(largest, limits, fill_percent)
    each = max(1, fresh.room_for(product))  # it fits, if only by itself
    full, rest = divmod(left, each)
    for n, alike in ((each, full), (rest, 1)):
        if n and alike:
            box = _empty(largest, limits, fill_percent)
            box.alike = alike
            box.put(piece, product, n)
            boxes.append(box)
    return 0


def _empty(carton: Carton, limits: Limits, fill_percent: int) -> _Box:
    return _Box(carton, carton.size.volume * fill_percent // 100, _most(carton, limits))


def _most(carton: Carton, limits: Limits) -> int:
    """Grams of goods a parcel in this carton may hold."""
    return min(carton.max_g, limits.weight_g - carton.tare_g)


def _close(box: _Box, usable: Sequence[Carton], limits: Limits, fill_percent: int) -> PlannedParcel:
    """The box in the smallest carton that holds the same goods; soft ones and tubes only where they suit."""
    goods = sum(n * _volume(product) for _, product, n in box.items)
    weight = sum(n * (product.weight_g or 0) for _, product, n in box.items)
    alone = sum(n for _, _, n in box.items) == 1
    carton = min(
        (
            c
            for c in usable
            if weight <= _most(c, limits)
            and all(_may_hold(c, product) for _, product, _ in box.items)
            and (alone or goods <= c.size.volume * fill_percent // 100)
        ),
        key=lambda c: (c.kind == "tube", c.size.volume, c.code),
        default=box.carton,
    )
    items: dict[int, int] = {}
    for piece, _, n in box.items:
        items[piece.line] = items.get(piece.line, 0) + n
    return PlannedParcel(
        carton.code, tuple(sorted(items.items())), weight + carton.tare_g, carton.size.sides, box.alike
    )


def _own_wrap(piece: Piece, product: Product, left: int) -> PlannedParcel:
    sides = product.size.sides if product.size else (0, 0, 0)
    return PlannedParcel("", ((piece.line, 1),), product.weight_g or 0, sides, left)


def _may_hold(carton: Carton, product: Product) -> bool:
    size: Size | None = product.size
    return (
        size is not None and size.fits_in(carton.size) and not (carton.kind in _SOFT and product.handling in _NEEDS_BOX)
    )


def _volume(product: Product) -> int:
    return product.size.volume if product.size else 0
