"""The images: built, looked into, and run as they are meant to run."""
