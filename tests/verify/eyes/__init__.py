"""The real Prometheus and Alertmanager with the shipped files, on a real service."""
