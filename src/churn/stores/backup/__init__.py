"""Backups: databases copied while they are written to, files by their digests, restored whole or not at all."""
