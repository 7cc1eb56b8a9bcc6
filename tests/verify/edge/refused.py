"""What nginx refuses by itself: in the API's words, at the API's bounds, and one address's haste."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import orjson

from churn.services.api import problems
from churn.settings import Settings
from verify.compared import unlike
from verify.edge import raw
from verify.edge.doors import port, trusted
from verify.edge.place import Edge
from verify.edge.raw import Said
from verify.row import Row, judged

MEGA = 1_000_000
STRANGER = "127.0.0.2"
"""An address of this machine that unlimited.conf does not name."""
HASTE = 600
HEAD = "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"


class Case(NamedTuple):
    """A request that nginx refuses, and the status with which."""

    words: str
    request: bytes
    status: int


def bounds(edge: Edge, key: str) -> Row:
    """Send bodies at the API's bound, and one byte more; the same of a file."""
    known = Settings(_env_file=None)
    most, file = int(known.max_body_mb * MEGA), int(known.max_file_mb * MEGA)
    whole = HEAD.format(path="/api/predict", length=most).replace(
        "\r\n\r\n", f"\r\nauthorization: Bearer {key}\r\n\r\n"
    )
    inside = _asked(edge, whole.encode() + b" " * most)
    more, sheet = (
        _asked(edge, HEAD.format(path=path, length=length + 1).encode())
        for path, length in (("/api/predict", most), ("/api/predict/file", file))
    )
    faults = unlike(
        (f"{most:,} bytes of blanks", inside.status, 400),
        (f"{most + 1:,} bytes", more.status, 413),
        (f"a file of {file + 1:,} bytes", sheet.status, 413),
    )
    words = f"{most:,} bytes reach the API (400: no JSON), one more: 413; a file of {file + 1:,} bytes: 413"
    return judged("nginx/http.conf: sizes", "bodies at CHURN_MAX_BODY_MB and CHURN_MAX_FILE_MB", faults, words)


def spelt(edge: Edge) -> Row:
    """Provoke each refusal of nginx itself, and hold it against the API's own problem of that status."""
    long = b"GET /api/%s HTTP/1.1\r\nhost: x\r\n\r\n" % (b"a" * 20_000)
    cases = (
        Case("an address of nothing", b"GET /nothing HTTP/1.1\r\nhost: x\r\n\r\n", 404),
        Case("a closed one", b"GET /api/metrics HTTP/1.1\r\nhost: x\r\n\r\n", 403),
        Case("no password", b"GET /mlflow/ HTTP/1.1\r\nhost: x\r\n\r\n", 401),
        Case("no host", b"GET /api/ready HTTP/1.1\r\n\r\n", 400),
        Case("too large a body", HEAD.format(path="/api/predict", length=20 * MEGA).encode(), 413),
        Case("too long an address", long, 414),
        Case("too large a head", b"GET /api/ready HTTP/1.1\r\nhost: x\r\nx-much: %s\r\n\r\n" % (b"a" * 20_000), 431),
    )
    said = [(case, _asked(edge, case.request)) for case in cases]
    faults = [fault for case, one in said for fault in alike(case.words, one, case.status)]
    words = (
        f"{', '.join(str(case.status) for case in cases)}: type, title, status, instance and id as the API spells them"
    )
    return judged("nginx/problems.conf", f"{len(cases)} requests that nginx refuses itself", faults, words)


def alike(name: str, said: Said, status: int) -> list[str]:
    """Hold an answer against the problem that the API would give."""
    if said.status != status:
        return [f"{name}: {said.status} instead of {status}"]
    told, request = orjson.loads(said.body), said.headers.get("x-request-id", "")
    wanted = problems.problem(status, told["detail"], request)
    return unlike(
        (name, told, orjson.loads(wanted.body)),
        (f"{name}: media", said.headers.get("content-type"), wanted.media.decode()),
        (f"{name}: kept by nobody", said.headers.get("cache-control"), "no-store"),
    )


def hasty(edge: Edge) -> Row:
    """Ask too often from one address, which is told so, while another one is served as before."""
    request = b"GET /api/health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
    with ThreadPoolExecutor(16) as crowd:
        said = list(crowd.map(lambda _: raw.ask(_plain(edge), request, source=STRANGER), range(HASTE)))
        known = Counter(crowd.map(lambda _: raw.ask(_plain(edge), request).status, range(HASTE)))
    counts = Counter(one.status for one in said)
    late = next((one for one in said if one.status == 429), Said(0, {}, b""))
    faults = (
        [] if counts[200] >= 200 and counts[429] >= 1 and counts.total() == counts[200] + counts[429] else [f"{counts}"]
    )
    faults += unlike(
        ("the other address", dict(known), {200: HASTE}), ("retry-after", late.headers.get("retry-after"), "1")
    )
    faults += alike("too often", late, 429)
    words = f"{HASTE} at once: {counts[200]} served, {counts[429]} told 429 and when to come again; the other: served"
    return judged("nginx/http.conf: haste", f"{HASTE} requests from one address, and from one that may", faults, words)


def _plain(edge: Edge) -> int:
    return int(edge.url.rpartition(":")[2])


def _asked(edge: Edge, request: bytes) -> Said:
    return raw.ask(port(edge), request, trusted(edge) if edge.secure else None)
