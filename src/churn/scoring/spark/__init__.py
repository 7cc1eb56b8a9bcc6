"""Tables beyond one machine through the same scorer, on a Spark cluster."""
