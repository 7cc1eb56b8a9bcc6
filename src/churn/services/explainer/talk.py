"""One talk with a worker: it is greeted, and then questions come and contributions go, a JSON line each."""

import json
from typing import Any, BinaryIO

from churn.services.explainer.trees import Trees, ready


def talk(questions: BinaryIO, answers: BinaryIO) -> None:
    """Say that it is ready, and answer one question after another until they end; a fault is an answer too."""
    known: dict[str, Trees] = {}
    _say(answers, {"ready": ready()})
    for line in questions:
        _say(answers, _answer(json.loads(line), known))


def _say(answers: BinaryIO, words: dict[str, Any]) -> None:
    answers.write(json.dumps(words, allow_nan=False).encode() + b"\n")
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
