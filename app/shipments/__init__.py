"""Shipments, parcels and totes, and the moves their states allow."""
