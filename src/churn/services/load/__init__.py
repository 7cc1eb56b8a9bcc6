"""Load on a running service, made with as little of the processor as Python can."""
