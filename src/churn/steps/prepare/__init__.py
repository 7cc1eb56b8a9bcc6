"""Prepare: from raw cells to typed, split and weighted rows."""
