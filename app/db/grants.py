"""Who may do what in a shared PostgreSQL: table by table, in SQL's own words. A table that comes adds its line here.

Four roles that nobody logs in as; a login belongs to one or more of them. SQLite has no roles: whoever can open the
file can do everything.

- bench: what its applier, claims and questions write, in its own station's name alone (POLICIES). What happened (facts,
  ledger, timeline) is only ever added to.
- supervisor: what a desk decides: orders, plans, stock, cases, claims. Not the site, the catalogue or shops' payloads.
- hub: imports, due jobs, archive, forgetting. It alone deletes what has had its day, and even it never changes a fact.
- reader: reports and replicas. No person's name, address or words: columns are named, so that a new one stays unseen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

BENCH, SUPERVISOR, HUB, READER = ROLES = (
    "packbench_bench",
    "packbench_supervisor",
    "packbench_hub",
    "packbench_reader",
)


@dataclass(frozen=True, slots=True)
class May:
    """What each role may do with one table, as GRANT has it; empty: nothing at all."""

    bench: str = ""
    supervisor: str = ""
    hub: str = ""
    reader: str = ""

    def of(self, role: str) -> str:
        return dict(zip(ROLES, (self.bench, self.supervisor, self.hub, self.reader), strict=True))[role]


S = "SELECT"
SI = "SELECT, INSERT"
SIU = "SELECT, INSERT, UPDATE"
SID = "SELECT, INSERT, DELETE"
SIUD = "SELECT, INSERT, UPDATE, DELETE"


def _moves(*columns: str) -> str:
    """UPDATE of these columns alone. It also is what SELECT … FOR UPDATE asks for."""
    return f"UPDATE ({', '.join(columns)})"


TABLES: Mapping[str, May] = {
    # db: every write is announced; the feed's old rows and its epoch are the hub's.
    "alembic_version": May(S, S, S, S),
    "change": May(SI, SI, SID, S),
    "about": May(S, S, SIU, S),
    # site: a bench's login may write the row of its own station and presence alone (POLICIES).
    "company": May(S, S, SIUD),
    "shop": May(S, S, SIU, S),
    "warehouse": May(S, S, SIU, S),
    "station": May(
        f"{S}, {_moves('incarnation', 'last_seq', 'last_hash', 'last_seen', 'place', 'facts')}",
        S,
        f"{SI}, {_moves('warehouse', 'printer')}",
        S,
    ),
    "presence": May(SIU, S, S, S),
    "operator": May(S, f"{S}, {_moves('pin_hash')}", SIU, "SELECT (badge, role, language, active)"),
    "pin_try": May(SI, SI, SID),
    "number_range": May(f"{S}, {_moves('next')}", S, SI, S),
    "number_lease": May(SI, S, S, S),
    # cases: what was found wrong; words people wrote stand apart, and are erased with the customer.
    "case_": May(f"{SI}, {_moves('detail')}", SIU, SIU, S),
    "case_note": May(SI, SI, SID),
    # catalogue
    "sku": May(S, S, SIU, S),
    "barcode": May(S, S, SIUD, S),
    "bundle_part": May(S, S, SIUD, S),
    "sku_alias": May("", SIU, SIU, S),
    "bin": May(S, S, SIU, S),
    "carton": May(S, S, SIU, S),
    # orders: a found shortage may leave an order with nothing, a closed handover may have shipped it.
    "order_": May(
        f"{S}, {_moves('state')}",
        f"{S}, {_moves('state', 'plan_no', 'country', 'customer_id', 'ship_to', 'cancelled_at')}",
        SIU,
        "SELECT (id, shop, number, state, payment, placed_at, updated_at, imported_at, country, currency,"
        " paid_currency, taxes_included, goods_minor, discount_minor, shipping_minor, tax_minor, duty_minor,"
        " fees_minor, total_minor, paid_total_minor, available_from, cancelled_at, source, medium, campaign, plan_no,"
        " archived)",
    ),
    "order_line": May(
        S,
        f"{S}, {_moves('sku')}",
        SIUD,
        "SELECT (order_id, line, shop_sku, sku, qty, unit_price, total_minor, discount_minor, taxes, ships)",
    ),
    "order_charge": May(S, S, SIUD, "SELECT (order_id, n, kind, amount_minor, taxes)"),
    "customer": May("SELECT (id, forgotten_at)", SI, SIU),
    "address": May(S, SIU, SIU),
    "payload": May("", "", SIUD),
    "order_note": May("", SI, SID),
    "raw_document": May("", "", SIUD),
    "timeline": May(SI, SI, SID, S),
    # planning
    "plan": May(S, SI, SI, S),
    "plan_trace": May("", SI, SI, S),
    "plan_pin": May("", SIUD, SIUD, S),
    # stock
    "stock_ledger": May(SI, SI, SI, S),
    "stock_balance": May(SIU, SIU, SIU, S),
    "stock_place": May(SIUD, SIUD, SIUD, S),
    "reservation": May(f"{S}, {_moves('qty')}, DELETE", SIUD, SIUD, S),
    "stock_buffer": May("", SIU, SIU, S),
    "stock_receipt": May("", SI, SI, S),
    # shipments
    "shipment": May(f"{S}, {_moves('state', 'held_from', 'tote', 'news_at')}", SIU, SIU, S),
    "shipment_line": May(f"{S}, {_moves('short', 'picked', 'packed')}", SIU, SIU, S),
    "parcel": May(SIU, SIU, SIU, S),
    "parcel_item": May(SIUD, SIUD, SIUD, S),
    "tote_item": May(SIUD, SIUD, SIUD, S),
    "tote": May(S, S, SIU, S),
    "handover": May(f"{SI}, {_moves('state', 'closed_at', 'closed_by')}", SIU, SIU, S),
    "print_job": May(SIU, SIU, SIU, S),
    # carriers
    "carrier": May(S, S, SID, S),
    "carrier_service": May(S, S, SID, S),
    # floor
    "claim": May(f"{SI}, {_moves('state', 'lease_until')}", f"{SI}, {_moves('state')}", f"{SID}, {_moves('state')}", S),
    "claim_shipment": May(f"{SI}, {_moves('live')}", f"{SI}, {_moves('live')}", f"{SID}, {_moves('live')}", S),
    "fact": May(SI, SI, SID, S),
    "fact_key": May(SI, S, S, S),
    "fact_again": May(SI, S, S, S),
    "fact_link": May(S, S, SIU, S),
    "question": May(SI, S, SID),
    "claim_stop": May(SIUD, SIUD, SIUD, S),
    "settled_fact": May(S, SI, SI, S),
    "archive": May("", S, SI, S),
}

# Whose rows: a policy's name and the rest of CREATE POLICY. A login without one sees and writes none of the rows.
_EVERYBODY = ", ".join(ROLES)
_SEEN = f"FOR SELECT TO {_EVERYBODY} USING (true)"
_OWN = "login = current_user"
# Asked of each new row, by its station's key: 0.03 ms a push. A list of the login's stations, made once for all rows of
# a statement, would read every station there is: 0.3 ms with a thousand of them (measured 2026-11).
_MINE = f"EXISTS (SELECT FROM station s WHERE s.name = station AND s.{_OWN})"


def _in_its_name(mine: str = _MINE) -> Mapping[str, str]:
    """A bench adds such rows for its own station alone. All else is as granted: who may, ends another bench's claim."""
    return {
        "seen_by_all": _SEEN,
        "added_by_its_bench": f"FOR INSERT TO {BENCH} WITH CHECK ({mine})",
        "added_by_desk_and_hub": f"FOR INSERT TO {SUPERVISOR}, {HUB} WITH CHECK (true)",
        "changed_as_granted": f"FOR UPDATE TO {_EVERYBODY} USING (true)",
        "removed_as_granted": f"FOR DELETE TO {_EVERYBODY} USING (true)",
    }


_NAMING = ("claim", "question", "number_lease", "fact", "fact_key", "fact_again", "print_job")
POLICIES: Mapping[str, Mapping[str, str]] = {
    "station": {
        "seen_by_all": _SEEN,
        "own": f"FOR UPDATE TO {BENCH} USING ({_OWN}) WITH CHECK ({_OWN})",
        "added_by_hub": f"FOR INSERT TO {HUB} WITH CHECK (true)",
        "changed_by_hub": f"FOR UPDATE TO {HUB} USING (true)",
    },
    "presence": {
        "seen_by_all": _SEEN,
        "said_by_its_bench": f"FOR INSERT TO {BENCH} WITH CHECK ({_MINE})",
        "own": f"FOR UPDATE TO {BENCH} USING ({_MINE}) WITH CHECK ({_MINE})",
    },
    **{table: _in_its_name() for table in _NAMING},
    "pin_try": _in_its_name(f"station = '' OR {_MINE}"),  # '': mistaken at the command line
}
