"""How right the model is, how its customers move, how the service does, and which versions there are."""
