"""Carriers' services, rates and quotes."""
