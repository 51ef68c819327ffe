"""How long a bench may say nothing until it is taken for offline, and until nobody knows whether somebody is there."""

from __future__ import annotations

from datetime import timedelta

# A bench that is at work says so every twenty seconds: heard no more for so long, its line is gone.
HEARD = timedelta(seconds=50)
# … and for so long, nobody knows whether somebody is there (a claim's lease is as long).
SILENT = timedelta(minutes=15)
