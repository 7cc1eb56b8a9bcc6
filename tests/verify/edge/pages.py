"""The pages behind nginx: the dashboard with its WebSocket, MLflow with its password and its guards."""

import os

import httpx
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from verify.compared import unlike
from verify.edge.doors import port, trusted
from verify.edge.place import NAME, PASSWORD, Edge
from verify.row import Row, judged

FOREIGN = "https://elsewhere.example"
SEARCH = "/mlflow/ajax-api/2.0/mlflow/experiments/search"
POLICY = "frame-ancestors 'self'; base-uri 'self'; object-src 'none'"


def dashboard(edge: Edge) -> Row:
    """Open the dashboard's page and its WebSocket, as a browser does; another site's page may not."""
    with edge.client() as client:
        page = client.get("/dashboard/", headers={"accept-encoding": "gzip"})
        home = client.get("/")
        script = next(part.split('"')[0] for part in page.text.split('src="./')[1:])
        loaded = client.get(f"/dashboard/{script}", headers={"accept-encoding": "gzip"})
    own = f"https://localhost:{port(edge)}"
    faults = unlike(
        ("/", (home.status_code, home.headers["location"]), (308, "/dashboard/")),
        ("page", (page.status_code, "<title>Streamlit" in page.text), (200, True)),
        ("policy", page.headers.get_list("content-security-policy"), [POLICY]),
        ("script", (loaded.status_code, loaded.headers.get("content-encoding")), (200, "gzip")),
        ("WebSocket", socketed(edge, own), 101),
        ("WebSocket for another site", socketed(edge, FOREIGN), 403),
    )
    words = "page, a script (gzip), WebSocket 101 and a ping answered; for a page of another site 403"
    return judged("nginx/routes.conf: /dashboard/", "the real Streamlit: GET, and a WebSocket over TLS", faults, words)


def socketed(edge: Edge, origin: str) -> int:
    """Open the WebSocket for a page of this origin; give the status."""
    url = f"wss://localhost:{port(edge)}/dashboard/_stcore/stream"
    try:
        with connect(url, ssl=trusted(edge), origin=origin, subprotocols=["streamlit"]) as line:  # type: ignore[arg-type, list-item]
            line.ping().wait(5)
            return 101
    except InvalidStatus as fault:
        return fault.response.status_code


def mlflow(edge: Edge) -> Row:
    """Ask MLflow's pages and its API with and without the password, and in the name of another site's page."""
    user = httpx.BasicAuth(NAME, PASSWORD)
    own = f"https://localhost:{port(edge)}"
    with edge.client() as client:
        barred, wrong = client.get("/mlflow/"), client.get("/mlflow/", auth=(NAME, "guess"))
        page = client.get("/mlflow/", auth=user)
        script = next(part.split('"')[0] for part in page.text.split('src="')[1:])
        loaded = client.get(f"/mlflow/{script}", auth=user)
        asked = {
            origin: client.post(SEARCH, json={"max_results": 1}, auth=user, headers={"origin": origin}).status_code
            for origin in (own, FOREIGN, "https://localhost")
        }
    faults = unlike(
        ("no password", (barred.status_code, barred.headers.get("www-authenticate")), (401, 'Basic realm="MLflow"')),
        ("a wrong one", wrong.status_code, 401),
        ("page", (page.status_code, "<title>MLflow" in page.text), (200, True)),
        ("its script", loaded.status_code, 200),
        ("POST by the origin of the page", asked, {own: 200, FOREIGN: 403, "https://localhost": 403}),
        ("its own client", experiments(edge), ["Default"]),
    )
    words = (
        "401 without the password, page and script with it, POST of another origin 403, MlflowClient lists experiments"
    )
    return judged(
        "nginx/routes.conf: /mlflow/", "a real MLflow server that allows the host mlflow:5000 alone", faults, words
    )


def experiments(edge: Edge) -> list[str]:
    """List experiments as MLflow's own client sees them through nginx."""
    import mlflow

    told = {"MLFLOW_TRACKING_USERNAME": NAME, "MLFLOW_TRACKING_PASSWORD": PASSWORD,
            "MLFLOW_TRACKING_SERVER_CERT_PATH": edge.certificate}  # fmt: skip
    kept = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    try:
        client = mlflow.MlflowClient(f"https://localhost:{port(edge)}/mlflow")
        return [one.name for one in client.search_experiments()]
    finally:
        for name, before in kept.items():
            os.environ.pop(name) if before is None else os.environ.update({name: before})
