"""The print queue: what waits, what failed, what nobody knows, and the acts that answer for it."""
