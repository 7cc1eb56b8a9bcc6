"""Run the page Batch."""

from churn.services.dashboard import frame
from churn.services.dashboard.batch import ask, rejects, results, summary

frame.page(
    "Batch",
    "Who of the customers in a file is likely to leave, and whom is it worth an offer?",
    ask.show,
    summary.show,
    rejects.show,
    results.show,
)
