"""What calling is expected to bring, and what it was measured to save."""
