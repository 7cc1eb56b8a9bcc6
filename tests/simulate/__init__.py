"""What the product's statistics are worth, measured on a population whose truth is known."""
