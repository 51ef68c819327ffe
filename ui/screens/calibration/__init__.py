"""Calibration: one scan of a code on this screen teaches how a scanner types here."""
