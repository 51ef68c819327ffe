"""Who may do what: one function, one table."""

from __future__ import annotations

from dataclasses import dataclass

from app.base.errors import NotAllowed

# An act is written room.verb. A role may do what stands here and nothing else.
_BENCH = frozenset({"floor.pick", "floor.pack", "floor.load", "floor.reprint", "case.open", "list"})
_DESK = frozenset(
    {
        "order.import", "order.plan", "order.hold", "order.release", "order.cancel", "order.note", "order.address",
        "order.pin", "case.settle", "stock.receive", "stock.move", "stock.count", "stock.adjust", "site.import",
        "floor.takeover", "floor.override", "operator.pin", "forget",
    }
)  # fmt: skip
_ROLES = {
    "packer": _BENCH,
    "inspector": _BENCH | {"return.inspect", "stock.move"},
    "supervisor": _BENCH | _DESK | {"return.inspect"},
}
ROLES = tuple(_ROLES)


@dataclass(frozen=True, slots=True)
class Operator:
    """`SYSTEM` acts for rules and timers, and for whoever runs the house by the command line."""

    badge: str
    name: str
    role: str
    language: str = "en"


SYSTEM = Operator("SYSTEM", "Packbench", "system")


def may(operator: Operator, act: str) -> bool:
    """Whether the operator's role allows `act`."""
    return operator.role == "system" or act in _ROLES.get(operator.role, frozenset())


def require(operator: Operator, act: str) -> None:
    """NotAllowed unless the operator may; called first in every act."""
    if not may(operator, act):
        raise NotAllowed(
            f"{operator.badge} ({operator.role}) may not {act}",
            badge=operator.badge,
            role=operator.role,
            act=act,
        )
