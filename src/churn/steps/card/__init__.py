"""The model card: what a model is, what it is for, how well it does, and for whom not."""
