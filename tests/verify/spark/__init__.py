"""A real Spark cluster, what happened on it, and answers held against one machine's."""
