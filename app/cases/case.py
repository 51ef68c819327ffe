"""A case: something only a person can settle. And its kinds, each with the names of the acts that settle it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# Acts are names here; app/desk/settle.py binds them. `noted` settles a case that asked for nothing but a look.
KINDS: dict[str, tuple[str, ...]] = {
    # found by screening and planning
    "incomplete_address": ("correct_address", "hold", "cancel"),
    "unknown_sku": ("map_sku", "cancel"),
    "incomplete_product": ("replan", "hold", "cancel"),
    "short_stock": ("replan", "hold", "cancel"),
    "paid_not_allocatable": ("replan", "cancel"),
    "embargoed": ("correct_address", "cancel"),
    "restricted_goods": ("replan", "cancel"),
    "no_service": ("replan", "correct_address", "hold", "cancel"),
    "risk": ("release", "hold", "cancel"),
    "tax_differs": ("noted", "hold", "cancel"),
    # said by the shop
    "address_changed": ("release", "cancel"),
    "items_changed": ("replan", "hold", "cancel", "noted"),
    "cancelled_after_dispatch": ("noted",),
    "payment_reversed": ("release", "cancel"),
    "unpaid_expired": ("replan", "cancel"),
    # said by a person
    "on_hold": ("release", "cancel"),
    # found at the bench. short_pick: at this shipment's own bin; found_short: taken back for somebody else's find
    "short_pick": ("pick_again", "replan", "hold", "cancel", "noted"),
    "found_short": ("pick_again", "replan", "hold", "cancel", "noted"),
    "put_back": ("put_back",),
    "put_away": ("put_away",),  # broken units lie in a tote or parcel
    "place_differs": ("noted",),
    "tote_mixed": ("noted",),  # benches that were away put several orders' goods into one tote
    "raised_at_bench": ("hold", "cancel", "replan", "noted"),
    "held_at_bench": ("release", "cancel"),
    "print_failed": ("noted",),
    # what a bench sent too late: it is what happened, or it is void (and then goods and labels are to be put right)
    "late_fact": ("accept", "discard", "noted"),
    "bring_back": ("brought_back",),
    "journal_restored": ("noted",),
    "journal_damaged": ("noted",),
    "journal_missing": ("noted",),  # a station that was at work goes on with an empty one
    "numbers_twice": ("noted",),  # the shared database, put back to before, gave a station's numbers to another
    "silent_station": ("take_over", "noted"),
    "pin_failed": ("noted",),  # somebody tries through PINs of one badge
}
# While one of these is open, its shipment is not labelled: whether it goes without the missing units is a decision.
SHORT = ("short_pick", "found_short")
# An order of which nothing is left to send (`nothing_left` in the case's detail) can't be sent short. Nor is anything
# picked for a shipment of it of which nothing is left (`emptied`): it is cancelled, what it lacks is planned anew.
_OF_SOMETHING_LEFT = frozenset({"pick_again", "noted"})
SUBJECTS = ("order", "shipment", "parcel", "sku", "fact", "claim", "print_job", "station", "operator", "tote")


@dataclass(frozen=True, slots=True)
class NewCase:
    """`subject` is an id of `subject_kind`. `by`: rule and version, fact id, or badge. `detail`: ids, numbers."""

    kind: str
    subject_kind: str
    subject: str
    order_id: str | None
    by: str
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """Something that waits for a person until one of its `acts` settles it. The last three are None until then.

    `subject` is an id of `subject_kind`. `state`: open, settled.
    """

    id: str
    kind: str
    state: str
    subject_kind: str
    subject: str
    order_id: str | None
    detail: Mapping[str, object]
    opened_at: str
    opened_by: str
    settled_at: str | None
    settled_by: str | None
    act: str | None

    @property
    def why(self) -> frozenset[str]:
        """Of late facts: for what reasons they did not take effect."""
        said = self.detail.get("why")
        return frozenset(said) if isinstance(said, list) else frozenset()

    @property
    def acts(self) -> tuple[str, ...]:
        """What can settle it."""
        offered = KINDS.get(self.kind, ())
        # Only of work that was taken over facts can still count; what was for cancelled orders stays aside then too.
        if self.kind == "late_fact" and self.why - {"cancelled"} != {"taken_over"}:
            return tuple(act for act in offered if act != "accept")
        if self.detail.get("nothing_left"):
            return tuple(act for act in offered if act not in _OF_SOMETHING_LEFT)
        if self.detail.get("emptied"):
            return tuple(act for act in offered if act != "pick_again")
        return offered
