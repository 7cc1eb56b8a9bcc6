"""Two models on real customers: declared before, read once."""
