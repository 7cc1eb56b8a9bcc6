"""The page Today: what is at stake, what moved, and the one decision asked."""
