"""The process that brings the champion from the registry to this host."""
