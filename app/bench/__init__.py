"""Benchmarks and the simulator of the floor."""
