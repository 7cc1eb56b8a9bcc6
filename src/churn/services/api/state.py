"""What one worker holds: settings, model, ledger, keys, explainer."""

from dataclasses import dataclass

from churn.services.api.deadlines import Deadlines
from churn.services.api.keys import Keys
from churn.services.api.served import Served
from churn.services.api.trials import Trials
from churn.services.explainer import way
from churn.services.explainer.explainer import Explainer
from churn.settings import Settings, variable
from churn.stores.ledger import opened
from churn.stores.ledger.ledger import Ledger


@dataclass(slots=True)
class State:
    """What one worker holds; made once, at its start."""

    settings: Settings
    served: Served
    trials: Trials
    ledger: Ledger
    keys: Keys
    explainer: Explainer
    deadlines: Deadlines
    leaving: bool = False

    @classmethod
    def of(cls, settings: Settings) -> "State":
        """Make the parts that the settings name; nothing is opened yet."""
        return cls(
            settings=settings,
            served=Served(settings.bundle_dir),
            trials=Trials(settings.bundle_dir),
            ledger=opened.of(settings),
            keys=Keys(settings.keys_file, settings.api_workers),
            explainer=Explainer(settings.explain_idle_seconds, way.to(variable(way.VARIABLE))),
            deadlines=Deadlines(settings.request_seconds),
        )
