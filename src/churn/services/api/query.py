"""What stands behind the question mark of an address."""

from urllib.parse import parse_qsl

from churn.services.api.problems import Refusal

LISTS = frozenset({"segment", "severity"})
"""What may stand more than once."""


def read(text: bytes) -> dict[str, str]:
    """Read a query in which nothing stands twice that can have but one value. Raises Refusal."""
    pairs = parse_qsl(text.decode("latin-1"), keep_blank_values=True)
    alone = [name for name, _ in pairs if name not in LISTS]
    if len(set(alone)) < len(alone):
        raise Refusal(422, "a query parameter stands twice; which one is meant?")
    return dict(pairs)
