"""Many benches: a feed nobody can miss a change of, what benches say of themselves, PINs, facts that leave for the archive"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0003'
down_revision = '0002'


def upgrade() -> None:
    op.add_column('change', sa.Column('xid', sa.BigInteger(), server_default='0', nullable=False))
    op.create_index('ix_change_xid', 'change', ['xid', 'id'])
    op.add_column('company', sa.Column('pin_roles', sa.Text(), server_default='', nullable=False))
    op.add_column('station', sa.Column('login', sa.Text(), server_default='', nullable=False))
    op.add_column('station', sa.Column('place', sa.Text(), server_default='', nullable=False))
    op.add_column('station', sa.Column('facts', sa.BigInteger(), server_default='0', nullable=False))
    op.add_column('fact', sa.Column('n', sa.BigInteger(), server_default='0', nullable=False))
    # A new journal took a station over only while it was empty, and the one before never came back. What was applied
    # when is no help within a journal: clocks are set.
    op.execute("""
        UPDATE fact SET n = placed.n FROM (
            SELECT op_id, row_number() OVER (PARTITION BY station ORDER BY last, since, incarnation, seq) AS n FROM (
                SELECT fact.op_id, fact.station, fact.incarnation, fact.seq,
                       CASE WHEN fact.incarnation = station.incarnation THEN 1 ELSE 0 END AS last,
                       min(fact.applied_at) OVER (PARTITION BY fact.station, fact.incarnation) AS since
                FROM fact LEFT JOIN station ON station.name = fact.station
            ) AS journals
        ) AS placed
        WHERE placed.op_id = fact.op_id""")
    op.drop_index('ix_fact_claim', 'fact')
    op.create_index('ix_fact_claim', 'fact', ['claim_id', 'n'])
    op.execute('UPDATE station SET facts = coalesce((SELECT max(n) FROM fact WHERE fact.station = station.name), 0)')
    op.execute("UPDATE station SET last_hash = incarnation WHERE last_seq = 0")
    op.add_column('operator', sa.Column('pin_hash', sa.Text(), server_default='', nullable=False))
    op.create_table(
        'presence',
        sa.Column('station', sa.Text(), nullable=False),
        sa.Column('at', sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), server_default='', nullable=False)
          for name in ('operator', 'workflow', 'job', 'state')),
        *(sa.Column(name, sa.Integer(), server_default='0', nullable=False) for name in ('done', 'of')),
        sa.Column('since', sa.Text(), server_default='', nullable=False),
        *(sa.Column(name, sa.Integer(), server_default='0', nullable=False)
          for name in ('waiting', 'scans_hour', 'parcels_today')),
        *(sa.Column(name, sa.Text(), server_default='', nullable=False) for name in ('printer', 'program')),
        sa.PrimaryKeyConstraint('station', name='pk_presence'),
    )
    op.create_table(
        'pin_try',
        *(sa.Column(name, sa.Text(), nullable=False) for name in ('id', 'badge', 'station', 'at')),
        sa.PrimaryKeyConstraint('id', name='pk_pin_try'),
    )
    op.create_index('ix_pin_try_badge', 'pin_try', ['badge'])
    op.create_table(
        'fact_key',
        *(sa.Column(name, sa.Text(), nullable=False) for name in ('op_id', 'station', 'incarnation')),
        sa.Column('seq', sa.BigInteger(), nullable=False),
        sa.Column('outcome', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('op_id', name='pk_fact_key'),
        sa.UniqueConstraint('station', 'incarnation', 'seq', name='uq_fact_key_station_incarnation_seq'),
    )
    op.execute('INSERT INTO fact_key (op_id, station, incarnation, seq, outcome)'
               ' SELECT op_id, station, incarnation, seq, outcome FROM fact')
    op.create_table(
        'fact_again',
        *(sa.Column(name, sa.Text(), nullable=False) for name in ('station', 'incarnation')),
        sa.Column('seq', sa.BigInteger(), nullable=False),
        sa.Column('op_id', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('station', 'incarnation', 'seq', name='pk_fact_again'),
    )
    op.create_table(
        'fact_link',
        *(sa.Column(name, sa.Text(), nullable=False) for name in ('station', 'incarnation')),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ('first', 'last')),
        sa.Column('hash', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('station', 'incarnation', 'first', name='pk_fact_link'),
    )
    op.create_table(
        'archive',
        *(sa.Column(name, sa.Text(), nullable=False) for name in ('name', 'kind', 'month')),
        sa.Column('rows', sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ('digest', 'folder', 'made_at')),
        sa.PrimaryKeyConstraint('name', name='pk_archive'),
    )
    op.add_column('order_', sa.Column('archived', sa.Text(), server_default='', nullable=False))
    # Facts of benches whose program doesn't know fact_key would count as never sent once they are archived.
    op.execute("INSERT INTO about (name, value) VALUES ('oldest_program', '0003')")
    op.add_column('claim', sa.Column('totes', sa.Integer(), server_default='0', nullable=False))
    op.execute("UPDATE claim SET totes = 6 WHERE kind = 'pick' AND state = 'live'")
    op.drop_index('ix_claim_station', 'claim')
    live = sa.text("state = 'live'")
    op.create_index('ix_claim_live', 'claim', ['station'], sqlite_where=live, postgresql_where=live)
    op.create_table(
        'claim_stop',
        sa.Column('claim_id', sa.Text(), nullable=False),
        sa.Column('n', sa.Integer(), nullable=False),
        sa.Column('shipment_id', sa.Text(), nullable=False),
        sa.Column('line', sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ('warehouse', 'sku', 'bin')),
        sa.Column('lot', sa.Text(), server_default='', nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ('qty', 'picked')),
        sa.PrimaryKeyConstraint('claim_id', 'n', name='pk_claim_stop'),
    )
    op.create_index('ix_claim_stop_sku', 'claim_stop', ['sku'])
    op.create_table(
        'settled_fact',
        *(sa.Column(name, sa.Text(), nullable=False) for name in ('op_id', 'claim_id', 'outcome', 'case_id', 'at')),
        sa.PrimaryKeyConstraint('op_id', 'outcome', name='pk_settled_fact'),
    )
    op.create_index('ix_settled_fact_claim_id', 'settled_fact', ['claim_id'])
    # Two benches could open one carrier's handover at once: what stands on the later ones goes onto the first.
    first = ("(SELECT min(f.id) FROM handover f WHERE f.state = 'open' AND f.warehouse = handover.warehouse"
             " AND f.carrier = handover.carrier)")
    later = f"SELECT id FROM handover WHERE state = 'open' AND id <> {first}"
    op.execute(f'UPDATE parcel SET handover_id = (SELECT {first} FROM handover WHERE handover.id = parcel.handover_id)'
               f' WHERE handover_id IN ({later})')
    op.execute("UPDATE handover SET state = 'closed', closed_at = opened_at, closed_by = opened_by"
               f' WHERE id IN ({later})')
    is_open = sa.text("state = 'open'")
    op.create_index('uq_handover_open', 'handover', ['warehouse', 'carrier'], unique=True, sqlite_where=is_open,
                    postgresql_where=is_open)
