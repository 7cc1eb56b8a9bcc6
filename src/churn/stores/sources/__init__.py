"""Where the raw table comes from: the built-in sources in their order, or a user's own table."""
