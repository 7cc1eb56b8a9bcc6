"""A real browser before the dashboard: `make test-browser`."""
