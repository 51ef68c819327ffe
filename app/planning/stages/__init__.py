"""One pure stage of the chain each."""
