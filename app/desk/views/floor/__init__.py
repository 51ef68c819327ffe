"""What a supervisor sees of the floor: each bench, what needs somebody, whether all is packed in time."""
