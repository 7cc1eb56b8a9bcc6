"""What can go wrong, said so that a person can mend it.

ChurnError
├── ParamsError          params.yaml has an unknown key or a value out of range
├── SettingsError        the environment or the file .env is wrong
├── ContractError        contract.py spells something that no table can be held to
├── TableError           a table cannot be read, or its header breaks the contract
├── SourceError          no source gave the raw table
├── DataBroken           validation stopped the run
├── ExportError          no candidate survives its export to ONNX
├── ModelError           a model file is missing, torn, or not ours
│   └── ExplainerAway    the process that explains trees did not answer
├── TrackingError        MLflow is away or refused
│   └── Busy             another process holds the lock
├── BundleError          the folder from which workers serve is empty, torn, or holds another model
├── LedgerError          the ledger is away or refused; nothing was written
│   ├── LedgerFull       too much waits to be written
│   ├── IdempotencyConflict  the key was used before, with another body
│   ├── UnknownPrediction    no prediction has this id
│   ├── Conflict         it contradicts what the ledger holds
│   └── Erased           it was there, and was erased by request
├── ServiceError         the service refused
│   ├── ServiceDown      nobody answers under its address
│   ├── ServiceSlow      it did not answer in time
│   └── ServiceStrange   it answers what this client cannot read: another version, or another service
├── PromotionRefused     the gate did not say pass
├── RetirementRefused    a version cannot be retired now, or cannot come back
├── CloneError           git or DVC refused, or there is no clone with a remote
├── RetrainingError      there is nothing to learn from, or another retraining was first
│   ├── NothingNew       nobody asks for a challenger, or it would be the model that is there
│   └── GaveWay          another retraining was first
├── ExperimentRefused    an experiment does not begin, or is not read before its time
├── SearchError          a question about versions cannot be read
└── Interrupted          ctrl-C
"""

from collections.abc import Mapping, Sequence
from typing import Any


class ChurnError(Exception):
    """A fault that the reader of its message can mend."""

    exit_code = 1


class ParamsError(ChurnError):
    """Say which key of params.yaml is wrong and what it may hold."""


class SettingsError(ChurnError):
    """Say which environment variable is wrong and what it may hold."""


class ContractError(ChurnError):
    """Say which line of contract.py cannot be kept, and what it may say."""


class TableError(ChurnError):
    """Say which table cannot be read and how to write it."""


class SourceError(ChurnError):
    """Say why each source of the raw table failed."""


class DataBroken(ChurnError):
    """Say which checks failed, how often, and with which examples."""


class ExportError(ChurnError):
    """Say which candidates could not be exported faithfully."""


class ModelError(ChurnError):
    """Say which model file is unusable."""


class ExplainerAway(ModelError):
    """Say why there is no explanation now; scores are not touched by it."""


class TrackingError(ChurnError):
    """Say which MLflow store failed, and how."""


class Busy(TrackingError):
    """Say that another process holds the lock."""


class BundleError(ChurnError):
    """Say which bundle cannot be served, and how to fetch it anew."""


class LedgerError(ChurnError):
    """Say which ledger failed, and how; nothing of the request was written."""


class LedgerFull(LedgerError):
    """Say that too much waits to be written."""


class IdempotencyConflict(LedgerError):
    """Say that an Idempotency-Key was used before, with another body."""


class UnknownPrediction(LedgerError):
    """Say that no prediction has this id."""


class Conflict(LedgerError):
    """Say what the ledger holds already, and what contradicts it."""


class Erased(LedgerError):
    """Say that a record was erased by request."""


class ServiceError(ChurnError):
    """Say what the service refused and why: its problem, and in how many seconds to ask again."""

    def __init__(
        self, detail: str, *, status: int | None = None, title: str = "", errors: Sequence[Mapping[str, Any]] = (),
        retry_after: float | None = None, request_id: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(detail)
        self.status, self.title, self.detail = status, title, detail
        self.errors, self.retry_after, self.request_id = tuple(errors), retry_after, request_id


class ServiceDown(ServiceError):
    """Say under which address nobody answers."""


class ServiceSlow(ServiceError):
    """Say how long was waited in vain."""


class ServiceStrange(ServiceError):
    """Say what was answered that this client cannot read."""


class PromotionRefused(ChurnError):
    """Say why the alias did not move."""

    exit_code = 3


class RetirementRefused(ChurnError):
    """Say why a version was not retired, or not brought back."""


class CloneError(ChurnError):
    """Say what git or DVC refused, and what to mend."""


class RetrainingError(ChurnError):
    """Say why no challenger was trained; champion, registry and working folder are as they were."""


class NothingNew(RetrainingError):
    """Say that nobody asks for a challenger, or that the same data, knobs and code would give the same model."""

    exit_code = 4


class GaveWay(RetrainingError):
    """Say that another retraining was first; this one changed nothing."""


class ExperimentRefused(ChurnError):
    """Say why an experiment does not begin, or is not read."""


class SearchError(ChurnError):
    """Say which part of a question about versions cannot be read, and how to spell it."""


class Interrupted(ChurnError):
    """Say that the work was stopped by hand and nothing half-written remains."""

    exit_code = 130
