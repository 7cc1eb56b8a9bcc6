"""The evidence by which a person approves a new model: a card in Markdown for the pull request."""
