"""One loaded model and all that can be asked of it; immutable, so that many threads may ask at once."""

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from churn import columns, contract
from churn.campaign import offer_value
from churn.errors import ModelError
from churn.params.campaign import Campaign
from churn.scoring.changes import possible, tell
from churn.scoring.coded import Coded
from churn.scoring.reasons import reasons
from churn.scoring.scorecard import Scorecard
from churn.scoring.scorer import Scorer

FEW = 32
"""Customers up to whom a scorecard's sums, one by one, are done before arrays are even made."""
PARITY = 1e-6
"""How far any form of the model may be from scikit-learn's figure."""
TINY = 1e-15
"""How near a probability is brought to 0 or 1, where log-odds have no end."""

Customer = Mapping[str, Any]
Answer = dict[str, Any]


class Engine:
    """A model file in service: a scorecard as a sum in float64, any other family by ONNX.

    Attributes
    ----------
    version : its number in the registry.
    digest : sha256 of the file, hexadecimal.
    family : scorecard, forest, boosting.
    decision : what travels with it: columns, threshold, tiers, campaign, horizon_days, contract, split.
    tiers : the names of the risk tiers, lowest first.
    """

    def __init__(self, model: bytes, version: int) -> None:
        """Load the bytes of an ONNX file that `train` wrote. Raises ModelError."""
        self._scorer = Scorer(model)
        self.version, self.digest, self.decision = version, self._scorer.digest, self._scorer.decision
        try:
            self.family: str = self.decision["family"]
            self.threshold = float(self.decision["threshold"])
            tiers = sorted(self.decision["tiers"].items(), key=lambda tier: float(tier[1]))
            horizon = self.decision["horizon_days"]
            self.campaign = Campaign(**self.decision["campaign"], tiers=dict(tiers), horizon_days=horizon)
        except (KeyError, TypeError, ValueError) as fault:
            raise ModelError(f"the model's decision is unreadable ({type(fault).__name__}); run `dvc repro`") from fault
        self._tiers = [(name, float(bound)) for name, bound in reversed(tiers)]
        self.tiers = [name for name, _ in tiers]
        self._scorecard = self._additive()
        self._probability = (self._scorecard or self._scorer).probability

    def answer(self, customer: Customer) -> Answer:
        """Answer for one customer, typed as the contract says."""
        return self._answer(self._probability(customer), customer)

    def answers(self, customers: Sequence[Customer]) -> list[Answer]:
        """Answer for many customers, each as `answer` does."""
        if len(customers) <= (FEW if self._scorecard else 1):
            return [self.answer(one) for one in customers]
        names = [column["name"] for column in self.decision["columns"]]
        found = self.probabilities({name: [customer[name] for customer in customers] for name in names})
        return [self._answer(one, customer) for one, customer in zip(found.tolist(), customers, strict=True)]

    def probabilities(self, columns: Mapping[str, Any]) -> NDArray[np.float64]:
        """Give each customer's probability of churn, shape (n,); columns are arrays, lists, or Coded."""
        if self._scorecard:
            return self._scorecard.probabilities(columns)
        plain = {name: cells.plain() if isinstance(cells, Coded) else cells for name, cells in columns.items()}
        return self._scorer.probabilities(plain)

    def table(self, columns: Mapping[str, Any]) -> dict[str, Any]:
        """Give the five columns of the answer, shape (n,) each, the tier Coded; see `probabilities`."""
        churn = self.probabilities(columns)
        value = offer_value(churn, contract.monthly_value(_Numbers(columns)), self.campaign)
        tier = np.zeros(len(churn), np.int32)
        for _, bound in self._tiers[-2::-1]:
            tier += churn >= bound
        return {
            "churn_probability": churn,
            "churn": churn > self.threshold,
            "offer": value > 0,
            "expected_value": value,
            "risk_tier": Coded(tier, self.tiers),
        }

    def reasons(self, customer: Customer, contributions: Mapping[str, float] | None = None) -> list[dict[str, Any]]:
        """Say why this customer's risk differs from the average customer's, strongest first; see scoring/reasons.py.

        Trees want the contributions that the explainer process gave. Raises ModelError if there are none.
        """
        note, found = self._parts(customer, contributions)
        return reasons(customer, found, note["usual"], note["unit"])

    def average(self, customer: Customer, contributions: Mapping[str, float] | None = None) -> float:
        """Give the average customer's level, in the unit of the reasons: with all contributions it is this customer's.

        Takes and raises what `reasons` does.
        """
        note, found = self._parts(customer, contributions)
        own = self.answer(customer)["churn_probability"]
        return float((_log_odds(own) if note["unit"] == "log-odds" else own) - sum(found.values()))

    def changes(self, customer: Customer) -> list[dict[str, Any]]:
        """Say what the firm can change for this customer to lower the risk, best first; see scoring/changes.py."""
        pulled = possible(customer)
        now, *then = self.answers([customer, *(row for _, row in pulled)])
        return tell(customer, now, [(*one, answer) for one, answer in zip(pulled, then, strict=True)])

    def preflight(self) -> None:
        """Try the model on the golden rows inside it. Raises ModelError if it may not serve."""
        if self.decision.get("contract") != columns.digest():
            raise ModelError("the model was trained under another contract; run `dvc repro` with this one")
        golden = self._scorer.note("golden")
        if not golden or self.explanation is None:
            raise ModelError("the model file holds no golden rows or no explanation; `dvc repro` makes one that does")
        try:
            apart = self._apart(golden["columns"], np.asarray(golden["probabilities"], float))
        except Exception as fault:  # torn rows fail in numpy or in onnxruntime, whose exceptions are not public
            raise ModelError(f"the golden rows cannot be scored ({type(fault).__name__}); run `dvc repro`") from fault
        for form, distance in apart.items():
            if not distance <= PARITY:
                raise ModelError(f"{form} is {distance:.1e} from scikit-learn's figure, over {PARITY:.0e}; `dvc repro`")

    def _apart(self, rows: Mapping[str, Any], expected: NDArray[np.float64]) -> dict[str, float]:
        forms = {"its ONNX form": self._scorer.probabilities(rows), "its sum of terms": self.probabilities(rows)}
        return {form: float(np.abs(found - expected).max()) for form, found in forms.items()}

    @property
    def needs_explainer(self) -> bool:
        """Say whether reasons want contributions from the explainer process."""
        return self._scorecard is None

    @cached_property
    def explanation(self) -> dict[str, Any] | None:
        """Give the model as plain data, None in files older than explanations."""
        return self._scorer.note("explanation")

    def _parts(
        self, customer: Customer, contributions: Mapping[str, float] | None
    ) -> tuple[dict[str, Any], Mapping[str, float]]:
        if self.explanation is None:
            raise ModelError(f"model version {self.version} cannot explain itself; run `dvc repro` for one that can")
        if contributions is None and self._scorecard:
            contributions = self._scorecard.contributions(customer)
        if contributions is None:
            raise ModelError(f"a {self.family} is explained by the explainer process, which gave nothing")
        return self.explanation, contributions

    def _additive(self) -> Scorecard | None:
        if self.explanation is None or self.explanation.get("kind") != "additive":
            return None
        try:
            bounds = {one.name: one.high if one.whole else None for one in columns.columns()}
            return Scorecard(self.explanation, bounds)
        except (KeyError, TypeError, AttributeError) as fault:
            raise ModelError(
                f"the model's explanation is torn, or of another contract ({fault}); run `dvc repro`"
            ) from fault

    def _answer(self, churn: float, customer: Customer) -> Answer:
        value = offer_value(churn, contract.monthly_value(customer), self.campaign)
        return {
            "churn_probability": churn,
            "churn": churn > self.threshold,
            "offer": value > 0,
            "expected_value": value,
            "risk_tier": next((name for name, bound in self._tiers if churn >= bound), self._tiers[-1][0]),
        }


def _log_odds(probability: float) -> float:
    held = min(max(probability, TINY), 1 - TINY)
    return math.log(held / (1 - held))


class _Numbers(dict[str, Any]):
    """Columns, each a numpy array once it is asked for."""

    def __getitem__(self, name: str) -> Any:
        cells = super().__getitem__(name)
        return cells.plain() if isinstance(cells, Coded) else np.asarray(cells)
