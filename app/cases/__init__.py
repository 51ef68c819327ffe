"""Exception queues: what needs a person, and what was done about it."""
