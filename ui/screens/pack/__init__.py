"""Packing: the one next thing large, the rest of the job beside it."""
