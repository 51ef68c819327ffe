"""Words of a job at the packing bench, shared by the screens for its goods and for its label. Plain Python."""
