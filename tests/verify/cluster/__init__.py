"""What the manifests for Kubernetes say, looked at from all sides."""
