"""Orders as the shops stated them, customers, payment, notes, timeline."""
