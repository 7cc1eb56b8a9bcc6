"""The names that versions bear: who answers customers, and who wants to."""

CHALLENGER, CHAMPION = "challenger", "champion"
