"""Run the page Weekly brief."""

from churn.services.dashboard import frame
from churn.services.dashboard.brief import preview

frame.page("Weekly brief", "What should a manager know of this week, on one page?", preview.show, scored=True)
