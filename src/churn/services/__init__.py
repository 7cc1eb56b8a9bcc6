"""Answer: the API, its client, and the processes around it."""
