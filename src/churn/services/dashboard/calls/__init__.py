"""The page Call list: whom to call, who is left in peace, and what is recorded of it."""
