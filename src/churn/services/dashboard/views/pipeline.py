"""Run the page Pipeline."""

from churn.services.dashboard import frame
from churn.services.dashboard.pipeline import origin, reports, stages, trainings

frame.page(
    "Pipeline",
    "How was the model made that answers now, and where is it written?",
    origin.show,
    stages.show,
    trainings.show,
    reports.show,
    model=False,
)
