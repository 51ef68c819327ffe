"""What screens and the command line show: read models, straight from the tables, no act among them."""
