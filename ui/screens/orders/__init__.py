"""All orders, newest first, and the search."""
