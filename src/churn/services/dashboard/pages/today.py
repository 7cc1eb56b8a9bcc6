"""Run the page Today."""

from churn.services.dashboard import frame
from churn.services.dashboard.today import figures

frame.page(
    "Today",
    "What is at stake this morning, and what is there to decide?",
    figures.show,
    scored=True,
)
