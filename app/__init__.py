"""The order system and the bench, with no screen in it."""
