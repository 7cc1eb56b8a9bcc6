"""What the gate leaves on a version, for all who ask a version later."""

from pydantic import ValidationError

from churn.lifecycle.verdict import Verdict
from churn.stores.tracking.registry import Version

VERDICT = "gate"
TEST_TABLE = "digest_test"
"""The tag of a version that names the rows on which its figures were measured."""


def read_verdict(version: Version) -> Verdict | None:
    """Read the gate's verdict from a version, or give None where it has none that can be read."""
    try:
        return Verdict.model_validate_json(version.tags.get(VERDICT, ""))
    except ValidationError:
        return None
