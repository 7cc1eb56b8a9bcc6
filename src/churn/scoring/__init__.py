"""Applying: the exported model over customers."""
