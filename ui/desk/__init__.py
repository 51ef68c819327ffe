"""What the desk's screens share: times, acts with their forms, timelines and reasons."""
