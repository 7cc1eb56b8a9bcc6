"""Whole files through the scorer, in blocks."""
