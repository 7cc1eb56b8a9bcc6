"""The weekly brief: one page for a manager to read and to forward, made from what the service tells."""
