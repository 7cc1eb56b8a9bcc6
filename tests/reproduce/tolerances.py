"""How far two runs of the same code over the same table may lie apart, and why."""

import re
from dataclasses import dataclass

DIGEST = re.compile(r"^(md5:)?[0-9a-f]{16,64}(\.dir)?$")


@dataclass(frozen=True)
class Tolerance:
    """What a value is, told by its name and its type, and how far two of it may lie apart; None: it is only noted."""

    name: str
    apart: float | None
    why: str


SCORE = Tolerance("score of a test row", 1e-6, "the parity that export demands between ONNX and scikit-learn")
WORDS = Tolerance("words, counts and verdicts", 0.0, "nothing in them depends on the machine")
DIGESTS = Tolerance(
    "digests",
    None,
    "a processor may round a last bit, Evidently draws ids; the scores decide",
)
MONEY = Tolerance("money per 1,000 customers", 0.01, "a sum of some hundred dollars a customer, rounded to 6 digits")
FIGURE = Tolerance("metrics and their intervals", 2e-6, "rounded to 6 digits; threads may add up in another order")
README = Tolerance("figures in the README", 0.0, "each is the run's, rounded to the digits that the README shows")


def of(name: str, *values: object) -> Tolerance:
    """Choose the tolerance of a value by its path in its file and by what it holds in the runs."""
    if all(isinstance(value, str) and DIGEST.match(value) for value in values):
        return DIGESTS
    if not all(isinstance(value, float) for value in values):
        return WORDS
    return MONEY if re.search("profit|revenue|cost|offer|earned", name) else FIGURE
