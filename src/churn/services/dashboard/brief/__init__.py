"""The weekly brief: seen, and taken away as one file."""
