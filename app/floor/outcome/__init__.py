"""What a fold of facts comes to, written to the rows it changes."""
