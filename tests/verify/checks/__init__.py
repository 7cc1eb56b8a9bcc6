"""One module for each check: `check(folder)` gives its rows."""
