"""What is described and answered through FastAPI."""
