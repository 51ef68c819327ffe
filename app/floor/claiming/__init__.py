"""What claiming work reads and writes."""
