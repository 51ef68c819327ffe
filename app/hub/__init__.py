"""Jobs that are due."""
