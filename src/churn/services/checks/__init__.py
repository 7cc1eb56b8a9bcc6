"""Checks of a running service, from outside, as its users see it."""
