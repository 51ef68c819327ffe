"""Open cases: a queue a kind, what each needs, and the acts that settle it."""
