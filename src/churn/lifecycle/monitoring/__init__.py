"""What is seen of a model in service, window by window, and how sure that is."""
