"""How this bench looks and sounds, and where its devices are."""
