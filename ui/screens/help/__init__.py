"""Help for the current step: what is expected now, and every command as a code to scan, with its key."""
