"""Scanners that type like a keyboard: telling their bursts from a person, and reading what they meant."""
