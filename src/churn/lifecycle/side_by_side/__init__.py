"""Two versions side by side: what was logged with each, and both measured on the same customers."""
