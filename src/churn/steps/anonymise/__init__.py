"""A table of customers becomes one that is safe outside production: alike enough to work with, and of nobody."""
