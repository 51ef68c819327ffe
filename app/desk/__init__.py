"""Supervisors' acts across the house, and the read models screens show."""
