"""The real nginx with the shipped files before the real services."""
