"""How a report for people looks: one HTML file that needs nothing else."""
