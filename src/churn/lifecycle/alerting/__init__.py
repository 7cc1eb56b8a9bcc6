"""Alerts: what each kind means and whose it is, how one goes from open to resolved, and who is told."""
