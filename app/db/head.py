"""The newest file in migrations/versions; a test holds the two together. Apart, so that opening needs no Alembic."""

HEAD = "0003"
