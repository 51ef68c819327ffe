"""What `check` asks of shipments: where rows contradict each other."""
