"""Numbered steps of the schema, each with a spoken name; they only go forward and keep data."""
