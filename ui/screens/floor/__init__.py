"""The floor: a card a bench, what needs somebody, whether all is packed in time."""
