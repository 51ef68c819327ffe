"""The demo's dock: codes to click instead of scan, trouble to make, labels as they come out."""
