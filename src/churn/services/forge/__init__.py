"""The forge where the repository lives: a branch with a new model becomes a pull request with its evidence."""
