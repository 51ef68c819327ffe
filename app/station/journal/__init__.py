"""The bench's journal: what it was told, on its own disk."""
