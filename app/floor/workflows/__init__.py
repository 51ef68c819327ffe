"""Pure state machines, one process each."""
