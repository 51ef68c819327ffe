"""Sign in: scan a badge. What the bench has ready is said before anybody starts."""
