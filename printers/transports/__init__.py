"""The ways bytes travel to a printer. None knows what the bytes mean."""
