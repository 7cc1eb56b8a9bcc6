"""The explainer process: questions on stdin, contributions on stdout, a JSON line each; ends when stdin does."""

import json
import sys
from typing import Any

from churn.services.explainer.trees import Trees, ready


def main() -> None:
    """Say that it is ready, and answer one question after another; a fault is an answer too."""
    answers, sys.stdout = sys.stdout, sys.stderr  # a library that prints must not garble the answers
    known: dict[str, Trees] = {}
    answers.write(json.dumps({"ready": ready()}) + "\n")
    answers.flush()
    for line in sys.stdin:
        answers.write(json.dumps(_answer(json.loads(line), known), allow_nan=False) + "\n")
        answers.flush()


def _answer(question: dict[str, Any], known: dict[str, Trees]) -> dict[str, Any]:
    """Explain customers by the model of this digest; one model is kept, the last that came."""
    try:
        if "explanation" in question:
            known.clear()
            known[question["digest"]] = Trees(question["explanation"])
        return {"contributions": known[question["digest"]].contributions(question["customers"])}
    except Exception as fault:  # noqa: BLE001 whatever it is, the asker must hear of it
        return {"fault": f"{type(fault).__name__}: {str(fault).partition(chr(10))[0]}"}


if __name__ == "__main__":
    main()
