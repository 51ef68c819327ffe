"""The way between a bench and the shared database."""
