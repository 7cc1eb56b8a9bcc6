"""What each kind of alert means: how grave, whose, what is done first, and where the rest is written."""

from dataclasses import dataclass

from churn.params.alerts import Severity

FOLDER = "monitoring/runbooks"
DATA, MODEL, CALL = "data owner", "model owner", "on-call"


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds for one kind; `page` is the runbook's file, in which the section bears the kind's name."""

    severity: Severity
    owner: str
    page: str
    title: str
    first: str
    """What to do first, in one sentence."""


_ARRIVAL: dict[str, Rule] = {
    "volume": Rule(
        "medium", DATA, "data", "Far fewer or more customers are scored than usual",
        "Ask whoever sends customers whether a job failed or ran twice.",
    ),
    "refused": Rule(
        "high", DATA, "data", "Rows are refused more often than usual",
        "Read which column and which reason; a renamed category or a wrong unit is mended where the rows come from.",
    ),
    "data_fault": Rule(
        "high", DATA, "data", "A column arrives broken",
        "Read which column; stop using the scores of that window until it is mended at its source.",
    ),
    "drift": Rule(
        "low", MODEL, "data", "Customers are not those it learnt from",
        "Nothing is wrong yet; read what moved, and watch the estimated loss.",
    ),
    "prediction_drift": Rule(
        "medium", MODEL, "data", "The scores moved",
        "See whether the customers moved, too; if not, compare the version that answers with the one before.",
    ),
}  # fmt: skip
_WORTH: dict[str, Rule] = {
    "estimated": Rule(
        "medium", MODEL, "model", "The model is estimated to lose money",
        "Prepare a challenger; labels will tell whether the loss is real.",
    ),
    "realised": Rule(
        "high", MODEL, "model", "Labels show that the model loses money",
        "Retrain on recent labels, and read whether the loss began with a promotion.",
    ),
    "calibration": Rule(
        "medium", MODEL, "model", "The scores are too high or too low",
        "Read by how much; offers are made to too many or too few customers meanwhile.",
    ),
    "segments": Rule(
        "medium", MODEL, "model", "The model does worse for some customers",
        "Read which segment; its scores should not decide alone until it is understood.",
    ),
    "model_stale": Rule(
        "low", MODEL, "model", "The model is half a year old",
        "Retrain on recent labels, or say in the next review why it may stay.",
    ),
    "money_at_risk": Rule(
        "medium", MODEL, "model", "More revenue per customer is at risk than a week ago",
        "Read whether the customers moved or the model did, and tell whoever plans calls.",
    ),
    "outcomes": Rule(
        "high", DATA, "labels", "Outcomes do not arrive",
        "Ask whoever reports outcomes whether the job runs; until then nobody knows how right the scores are.",
    ),
    "labels": Rule(
        "high", DATA, "labels", "Outcomes cannot be believed",
        "Do not retrain; find which caller's outcomes contradict all others.",
    ),
}  # fmt: skip
_SERVICE: dict[str, Rule] = {
    "latency": Rule(
        "medium", CALL, "service", "Answers are slow",
        "See what else runs on the host, and whether one caller sends it all.",
    ),
    "errors": Rule(
        "critical", CALL, "service", "Requests fail by a fault of ours",
        "Run the smoke test; it names the part that is down.",
    ),
    "model_refused": Rule(
        "high", CALL, "service", "A promoted model is not fit to answer, the old one goes on",
        "Read why it was refused; roll back, so that registry and service say the same.",
    ),
    "registry_away": Rule(
        "medium", CALL, "service", "The model registry does not answer", "Bring MLflow back; the model in hand goes on."
    ),
    "ledger_lag": Rule(
        "medium", CALL, "service", "Batches wait to be spread out in the ledger",
        "See whether the database is slow or one caller sends many large batches.",
    ),
    "disk": Rule("high", CALL, "service", "A disk fills", "Make room before the ledger has none."),
    "monitor_failed": Rule(
        "high", CALL, "alerting", "Monitoring itself failed, so nobody watches",
        "Run `churn monitor` by hand and read its message.",
    ),
    "alerts_undelivered": Rule(
        "high", CALL, "alerting", "Alerts do not reach anybody",
        "Run `python scripts/setup_alerts.py`; it says which channel fails and why.",
    ),
    "alert_test": Rule("low", CALL, "alerting", "A test, nothing is wrong", "Nothing is to be done."),
}  # fmt: skip
_CHANGE: dict[str, Rule] = {
    "retrain_due": Rule(
        "high", MODEL, "retraining", "A new model is wanted", "Run `churn retrain`, or see why the workflow did not."
    ),
    "retrain_failed": Rule(
        "high", MODEL, "retraining", "Retraining failed, the champion goes on",
        "Read at which step; nothing was changed.",
    ),
    "retrain_lost": Rule(
        "low", MODEL, "retraining", "Two retrainings ran at once, and one gave way", "Nothing; the other one goes on."
    ),
    "promotion_unfinished": Rule(
        "critical", CALL, "promotion", "A promotion was broken off",
        "Run `churn history`; the next promotion finishes it.",
    ),
    "chain_broken": Rule(
        "critical", MODEL, "promotion", "The promotion records do not fit together",
        "Promote nothing; find out who changed the registry by hand.",
    ),
    "rolled_back": Rule(
        "high", MODEL, "promotion", "A new champion did worse and was taken back",
        "Read the evidence before promoting again.",
    ),
    "rollback_failed": Rule(
        "critical", CALL, "promotion", "A bad champion could not be taken back",
        "Run `churn rollback` by hand, at once.",
    ),
    "experiment_broken": Rule(
        "medium", MODEL, "experiment", "An experiment's customers are not shared out as declared",
        "Do not read its result; find out whom the assignment loses.",
    ),
    "experiment_over": Rule(
        "low", MODEL, "experiment", "An experiment is over and waits for a decision", "Read its result and decide."
    ),
}  # fmt: skip

RULES: dict[str, Rule] = _ARRIVAL | _WORTH | _SERVICE | _CHANGE
UNKNOWN = Rule(
    "high", CALL, "alerting", "Something that has no rule", "Read its words, and find out what raised it."
)  # fmt: skip
UNKNOWN_SECTION = "unknown"


def rule_of(kind: str) -> Rule:
    """Give the rule of a kind; what nobody can place is not taken lightly."""
    return RULES.get(kind, UNKNOWN)


def runbook(kind: str) -> str:
    """Name the file and the section that say what to do."""
    return f"{FOLDER}/{rule_of(kind).page}.md#{kind if kind in RULES else UNKNOWN_SECTION}"
