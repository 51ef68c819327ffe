"""Picking: the bin large, then the item, then its tote; the cart and the walk beside it."""
