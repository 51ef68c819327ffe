"""The shared database: engine, transactions, naming convention, migrations, the change feed."""

from app.db.engine import Database, Row, Tx, open_database

__all__ = ["Database", "Row", "Tx", "open_database"]
