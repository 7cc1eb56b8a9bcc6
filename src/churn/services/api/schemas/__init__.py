"""What the reading and feedback routes take and give, as OpenAPI spells it."""
