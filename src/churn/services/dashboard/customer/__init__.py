"""One customer: the risk, why, and what would change it."""
