"""Validate: whether the data may be learnt from."""
