"""What the training rows hold: columns, how they go together, what is odd, and what they cannot say."""
