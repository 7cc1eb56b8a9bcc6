"""TLS, headers and ids; what reaches the API, and what is closed to the public."""

import socket
import ssl
from urllib.parse import urlsplit

import httpx

import serving
from verify.compared import unlike
from verify.edge import raw
from verify.edge.place import Edge
from verify.row import Row, judged

WANTED = {
    "x-content-type-options": "nosniff", "x-frame-options": "SAMEORIGIN", "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "strict-transport-security": "max-age=31536000", "server": "nginx",
}  # fmt: skip
CLOSED = (
    "/api/metrics", "/api/metrics/", "/api//metrics", "/api/./metrics", "/api/%6detrics", "/api/x/../metrics",
    "/api/admin/reload", "/api//admin/reload", "/api/%61dmin/reload", "/api/admin", "/api/admin/requests/x",
)  # fmt: skip
VERSIONS = {ssl.TLSVersion.TLSv1_1: "", ssl.TLSVersion.TLSv1_2: "h2", ssl.TLSVersion.TLSv1_3: "h2"}


def tls(edge: Edge) -> Row:
    """Speak every version of TLS to it, and HTTP/2; the plain port sends everybody there."""
    sent = httpx.get(f"{edge.url}/api/ready?x=1")
    faults = unlike(
        *((version.name, spoken(edge, version), wanted) for version, wanted in VERSIONS.items()),
        ("plain", (sent.status_code, sent.headers.get("location")), (308, "https://127.0.0.1/api/ready?x=1")),
        ("plain /healthy", httpx.get(f"{edge.url}/healthy").status_code, 200),
    )
    words = "TLS 1.1 refused, 1.2 and 1.3 with HTTP/2; plain: 308 to https"
    return judged("nginx/prod.conf: TLS", "handshakes with TLS 1.1, 1.2 and 1.3; GET on the plain port", faults, words)


def spoken(edge: Edge, version: ssl.TLSVersion) -> str:
    """Give the protocol agreed upon in a version of TLS, or nothing where the handshake fails."""
    context = trusted(edge)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")  # or this side would be the one that refuses 1.1
    context.minimum_version = context.maximum_version = version
    context.set_alpn_protocols(["h2", "http/1.1"])
    try:
        with (
            socket.create_connection(("127.0.0.1", port(edge)), 10) as plain,
            context.wrap_socket(plain, server_hostname="localhost") as line,
        ):
            return line.selected_alpn_protocol() or "none"
    except OSError:
        return ""


def answered(edge: Edge, api: str, key: str) -> Row:
    """Predict through it as straight, under the caller's own request id and key."""
    asked = {"json": serving.customer(), "params": {"purpose": "test"}}
    headers = {"authorization": f"Bearer {key}", "x-request-id": "mine-1"}
    with edge.client() as client:
        through = client.post("/api/predict", headers=headers, **asked)
        barred = client.post("/api/predict", **asked)
        sheet = client.post("/api/predict/file", content=_sheet(), headers=headers | {"content-type": "text/csv"})
        client.get("/api/customers/C-77", headers=headers)
        shown = [client.get(path, follow_redirects=True).status_code for path in ("/api/docs", "/openapi.json")]
    straight = httpx.post(f"http://{api}/predict", headers=headers, **asked)
    faults = unlike(
        ("probability", through.json().get("churn_probability"), straight.json()["churn_probability"]),
        ("request id", through.headers.get_list("x-request-id"), ["mine-1"]),
        ("no key", (barred.status_code, barred.json()["detail"][:10]), (401, "send a key")),
        ("pages of the description", shown, [200, 200]),
        ("a file", (sheet.status_code, sheet.text.count("\n")), (200, 2)),
        ("ids in the log: request's, customer's", ("mine-1" in edge.said, "C-77" in edge.said), (True, False)),
        *((name, through.headers.get_list(name), [value]) for name, value in WANTED.items()),
    )
    words = (
        f"same probability; {len(WANTED)} headers, each once; request id passed on and logged; no key: the API's 401"
    )
    return judged(
        "nginx/routes.conf: /api/", "POST /api/predict and /api/predict/file over TLS, and straight", faults, words
    )


def closed(edge: Edge, api: str, key: str) -> Row:
    """Ask for what only operators and Prometheus may, in every spelling, with an admin's key."""
    there = [httpx.get(f"http://{api}/metrics").status_code]
    headers = f"host: localhost\r\nauthorization: Bearer {key}\r\nidempotency-key: k\r\ncontent-length: 0\r\n\r\n"
    asked = [f"{method} {path} HTTP/1.1" for path in CLOSED for method in ("GET", "POST")]
    said = {one: raw.ask(port(edge), f"{one}\r\n{headers}".encode(), trusted(edge)).status for one in asked}
    faults = unlike(("straight", there, [200]), *((one, status, 403) for one, status in said.items()))
    words = f"{len(CLOSED)} spellings by GET and POST, with an admin's key: each 403"
    return judged("nginx/routes.conf: closed", "/api/metrics and /api/admin, sent as bytes over TLS", faults, words)


def port(edge: Edge) -> int:
    """Give the port with TLS, or the plain one."""
    return urlsplit(edge.secure or edge.url).port or 0


def trusted(edge: Edge) -> ssl.SSLContext:
    """Trust the certificate of this edge."""
    return ssl.create_default_context(cafile=edge.certificate)


def _sheet() -> bytes:
    one = serving.customer()
    return "\n".join([",".join(one), ",".join(str(cell) for cell in one.values()), ""]).encode()


def behind_ingress(edge: Edge) -> Row:
    """Tell the edge of a cluster who calls and how: it believes a neighbour, and nobody else."""
    request = b"GET /nothing HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 203.0.113.7\r\nx-forwarded-proto: https\r\n\r\n"
    said = raw.ask(port(edge), request)
    faults = unlike(
        ("HSTS where the Ingress has TLS", said.headers.get("strict-transport-security"), "max-age=31536000"),
        ("a caller from outside who says that he is another", '"address":"203.0.113.7"' in edge.said, False),
    )
    return judged(
        "nginx/cluster.conf", "a forged X-Forwarded-For, X-Forwarded-Proto", faults, "taken from private networks alone"
    )
