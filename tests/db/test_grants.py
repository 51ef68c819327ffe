from app.bootstrap import metadata
from app.db.grants import TABLES


def test_every_table_says_who_may_do_what() -> None:
    assert {*metadata().tables, "alembic_version"} == set(TABLES)
