"""Ways to find things: lists and searches of the window stay quick over a million orders"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0002'
down_revision = '0001'


def upgrade() -> None:
    op.create_index('ix_order_placed', 'order_', ['placed_at', 'id'])
    op.create_index('ix_order_state_placed', 'order_', ['state', 'placed_at', 'id'])
    op.create_index('ix_customer_email', 'customer', ['email'])
    op.create_index('ix_customer_name', 'customer', ['name'])
    in_tote = sa.text('tote IS NOT NULL')
    op.create_index('ix_shipment_tote', 'shipment', ['tote'], sqlite_where=in_tote, postgresql_where=in_tote)
    still_open = sa.text("state = 'open'")
    op.create_index('ix_case_open_kind', 'case_', ['kind', 'id'], sqlite_where=still_open, postgresql_where=still_open)
    op.drop_index('ix_shipment_state', 'shipment')
    op.create_index('ix_shipment_state', 'shipment', ['warehouse', 'state', 'leaves_at', 'carrier', 'id'])
    packed = sa.text("kind = 'PackFinished'")
    op.create_index('ix_fact_packed', 'fact', ['made_at', 'station'], sqlite_where=packed, postgresql_where=packed)
