"""A file of customers: read, scored, summed up, and given back."""
