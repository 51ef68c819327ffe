"""A stop over the whole window, until it is acknowledged."""
