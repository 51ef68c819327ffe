"""What a bench prints: labels and papers, from their making to the printer."""
