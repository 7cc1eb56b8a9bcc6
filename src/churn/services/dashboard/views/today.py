"""Run the page Today."""

from churn.services.dashboard import frame
from churn.services.dashboard.today import changes, decision, figures, spread

frame.page(
    "Today",
    "What is at stake this morning, and what is there to decide?",
    decision.show,
    figures.show,
    spread.show,
    changes.show,
    scored=True,
)
