"""Run the page Call list."""

from churn.services.dashboard import frame
from churn.services.dashboard.calls import whole

frame.page(
    "Call list",
    "Whom do we call with the time and the money we have, what do we say, and whom do we leave in peace?",
    whole.limits,
    whole.figures,
    whole.tables,
    scored=True,
)
