"""A release into a cluster: images by digest, seen to answer well, or what ran before comes back."""
