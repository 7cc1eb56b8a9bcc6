"""One file a page, run by the navigation; what it shows lives in the room of its name."""
