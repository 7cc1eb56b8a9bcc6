"""The pipeline twice, in two separate environments, held against each other, the commit and the README."""
