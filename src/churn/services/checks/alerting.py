"""Whether alerts reach somebody: a test alert through each way out."""

from collections.abc import Mapping

from churn.lifecycle.alerting import trial
from churn.params.alerts import Alerts
from churn.services.checks.check import Doing
from churn.settings import Settings
from churn.stores.ledger import entries


def checks(known: Settings, knobs: Alerts) -> Mapping[str, Doing]:
    """List what is tried. Raises ChurnError where nothing is set up, or it is set up wrongly."""
    return trial.trials(known, knobs, entries.now())
