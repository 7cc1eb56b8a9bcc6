"""Keeping: the only hands on disk, the network and MLflow."""
