"""The compose stack in verification: an engine, stand-ins for what no hub gives, and what is done to it."""
