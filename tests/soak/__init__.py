"""Long load through nginx, at a rate that does not wait for the answers."""
