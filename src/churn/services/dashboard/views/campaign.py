"""Run the page Campaign."""

from churn.services.dashboard import frame
from churn.services.dashboard.campaign import offers, reach, saves

frame.page(
    "Campaign",
    "Does calling pay: what did it save, and whom should the next campaign reach?",
    saves.show,
    offers.show,
    reach.show,
    scored=True,
)
