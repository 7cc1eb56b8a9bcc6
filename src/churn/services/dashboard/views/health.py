"""Run the page Model health."""

from churn.services.dashboard import frame
from churn.services.dashboard.health import live

frame.page("Model health", "Is the model still right, and does anything need a look?", live.show)
