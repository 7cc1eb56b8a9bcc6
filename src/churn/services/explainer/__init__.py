"""The process that explains trees."""
