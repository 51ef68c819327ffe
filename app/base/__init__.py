"""What every room stands on: money, ids, clock, words, errors."""
