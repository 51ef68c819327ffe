"""What a bench sees of the work there is."""
