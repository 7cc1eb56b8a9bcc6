"""Train: candidates compete, one is exported."""
