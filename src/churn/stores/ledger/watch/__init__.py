"""What monitoring saw and what was decided upon it."""
