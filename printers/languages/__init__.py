"""The languages printers speak: pure functions from a label to bytes. None knows how bytes travel."""
