"""What lies together in one tote."""
