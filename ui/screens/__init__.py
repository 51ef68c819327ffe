"""One folder a screen: `view.py` (widgets) and `presenter.py` (plain Python). Screens do not know each other."""
