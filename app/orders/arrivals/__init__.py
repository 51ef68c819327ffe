"""Orders on their way in: what intake compares with, and how an order is kept whole."""
