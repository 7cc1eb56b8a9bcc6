"""The ledger: every prediction, answer, outcome and contact, durable before it is acknowledged."""
