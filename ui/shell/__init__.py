"""The window and its parts: bars, rail, lines above the foot, panels. No screen knows it."""
