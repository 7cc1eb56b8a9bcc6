"""Whether a promotion is regretted: the champion beside the one before it, and the way back."""
