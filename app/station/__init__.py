"""One bench: journal, work held, sync, print spool."""
