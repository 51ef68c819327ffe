"""What shops send us, payload to values."""
