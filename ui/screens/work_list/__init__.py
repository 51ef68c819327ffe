"""What a bench could do next: earliest cut-off first, and how fast it has to go."""
