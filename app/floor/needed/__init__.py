"""What a work packet is made of."""
