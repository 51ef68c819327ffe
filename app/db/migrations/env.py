"""Runs the migrations in the transaction that app.db.migrate hands over."""

from alembic import context

config = context.config
context.configure(
    connection=config.attributes["connection"],
    target_metadata=config.attributes["metadata"],
    render_as_batch=True,  # SQLite can't alter most things in place
    transactional_ddl=False,  # the transaction around it is ours
)
context.run_migrations()
