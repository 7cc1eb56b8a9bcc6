"""Deciding: which version may answer customers, and when that changes."""
