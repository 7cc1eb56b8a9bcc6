"""All checks, the verdict, and the list that a person reads when it is no."""

from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict

from churn import columns
from churn.errors import DataBroken
from churn.params.validate import Validate
from churn.steps.validate import checks as measures
from churn.steps.validate.checks import Check


class Validation(BaseModel):
    """What was checked, and whether the data may be learnt from."""

    model_config = ConfigDict(frozen=True)

    passed: bool
    rows: int
    accuracy_ceiling: float
    checks: list[Check]

    def verdict(self) -> dict[str, Any]:
        """Give what `train` depends on: it changes only when the answer or the contract does."""
        return {"passed": self.passed, "contract": columns.digest()}

    def refuse_broken(self) -> None:
        """Raise DataBroken with a readable list unless all is well."""
        if self.passed:
            return
        lines = [f"the data is broken: {len(self.failed)} of {len(self.checks)} checks failed"]
        for check in self.failed:
            lines.append(f"  {check.name}: {check.words} (measured {check.value:g}, allowed {check.bound:g})")
            lines += [f"      {example}" for example in check.examples]
        noted = [check for check in self.checks if check.name.startswith("contract") and check.count]
        lines += [f"  set aside: {check.words}, for example {check.examples[0]}" for check in noted]
        raise DataBroken("\n".join([*lines, "  mend the source, or the bounds under `validate:` in params.yaml"]))

    @property
    def failed(self) -> list[Check]:
        """List the checks that failed."""
        return [check for check in self.checks if not check.passed]


def validate(
    train: pd.DataFrame, test: pd.DataFrame, quarantine: pd.DataFrame, arrivals: list[dict[str, Any]], params: Validate
) -> Validation:
    """Check the accepted rows together with those set aside; every fault is collected before anything is said."""
    rows = pd.concat([train, test], ignore_index=True)
    highest = measures.ceiling(rows)
    done = [
        measures.quarantined(arrivals, params),
        *measures.contract_faults(rows, quarantine),
        measures.enough_rows(rows, params.min_rows, "rows"),
        measures.enough_rows(train, params.min_train_rows, "rows to train on"),
        measures.class_balance(rows, params, "class balance"),
        measures.class_balance(train, params, "class balance to train on"),
        *measures.rules(rows),
        measures.duplicates(rows),
        measures.contradictions(rows, params, highest),
        *measures.leaks(rows, params),
    ]
    ceiling = round(highest, measures.DIGITS)
    return Validation(passed=all(check.passed for check in done), rows=len(rows), accuracy_ceiling=ceiling, checks=done)
