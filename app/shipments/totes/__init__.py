"""The totes a warehouse has, and the codes on them."""
