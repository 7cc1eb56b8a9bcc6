"""What was promised beside what was measured: met, not met, or unknown."""
