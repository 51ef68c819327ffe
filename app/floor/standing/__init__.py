"""What a batch of facts stands on."""
