"""Months that have left the database for files."""
