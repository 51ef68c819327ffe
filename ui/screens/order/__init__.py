"""One order whole: goods, money, shipments, why it is planned so, what happened."""
