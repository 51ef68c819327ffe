"""Check, forget, doctor, demo."""
