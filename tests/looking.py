"""Who is looked at on the dashboard in the tests, and what is seen."""

from streamlit.testing.v1 import AppTest

ODD = ("=cmd|'/C calc'!A0", "<b>bold</b>", "fox \N{FOX FACE} & $co$")
RISKY = {"Contract": "Month-to-month", "tenure": 1, "MonthlyCharges": 105.0, "TotalCharges": 105.0}
CALLED, HELD_OUT, QUIET, GONE = "0000-TEST", "0001-TEST", "0002-TEST", "0003-TEST"
"""Names of customers: called 2 days ago, held out then, not to be called, and gone."""
KINDS = ("title", "header", "subheader", "markdown", "caption", "success", "warning", "error", "info", "code")


def words(seen: AppTest) -> str:
    """Give all text of a page."""
    return " ".join(str(one.value) for kind in KINDS for one in seen.get(kind))
