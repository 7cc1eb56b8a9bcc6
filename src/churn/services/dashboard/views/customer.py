"""Run the page Customer."""

from churn.services.dashboard import frame
from churn.services.dashboard.customer import facts, find, offers, reasons, what_if

frame.page(
    "Customer",
    "How likely is this customer to leave, why, and what could be done?",
    find.show,
    facts.show,
    reasons.show,
    offers.show,
    what_if.show,
    scored=True,
)
