"""Who is meant to speak to whom: written by hand, apart from the policies, so that a policy too many is seen."""

from verify.cluster.reach import Flow
from verify.cluster.rendered import Rendered

LEDGER = ("api", "migrate", "monitor", "drift", "batch", "pipeline")
REGISTRY = ("api", "monitor", "drift", "batch", "pipeline")
EVERYWHERE: set[Flow] = {
    ("ingress", "nginx", 8080),
    ("nginx", "api", 8000),
    ("nginx", "dashboard", 8501),
    ("nginx", "mlflow", 5000),
    ("dashboard", "api", 8000),
    ("monitoring", "api", 8000),
    ("api", "monitoring", 9093),
    ("monitor", "monitoring", 9093),
    ("pipeline", "internet", 443),
    *((one, "mlflow", 5000) for one in REGISTRY),
}


def flows(objects: Rendered) -> set[Flow]:
    """Give every call that an overlay is meant to let through."""
    pods = {pod.component for pod in objects.pods()}
    near = "postgres" in pods
    stores = {(one, "postgres" if near else "our network", 5432) for one in (*LEDGER, "mlflow")}
    stores |= {("mlflow", "storage", 9000), ("bucket", "storage", 9000)} if near else {("mlflow", "internet", 443)}
    meant = EVERYWHERE | stores | {(one, "kube-system", 53) for one in pods - {"api-canary"}}
    return meant | (_as_canary(meant) if "api-canary" in pods else set())


def _as_canary(meant: set[Flow]) -> set[Flow]:
    """Let the canary do what the API does."""
    names = {"api": "api-canary"}
    return {(names.get(a, a), names.get(b, b), port) for a, b, port in meant if "api" in {a, b}}
