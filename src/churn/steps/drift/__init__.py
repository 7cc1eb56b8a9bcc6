"""Whether the newest batch still looks like what the model learnt from."""
