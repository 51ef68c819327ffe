"""Painted widgets: each shows one frozen value, and repaints only what changed in it."""
