"""How the model that answers was made, and the reports of it."""
