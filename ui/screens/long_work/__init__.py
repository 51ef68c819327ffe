"""Work that takes a while: imports, planning, large prints; in a process of its own."""
