"""The customer record, spelt once. To bring another table, edit this file and params.yaml, nothing else."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from churn.terms import Blank, Columns, Lever, Rule, Segment

YesNo = Literal["No", "Yes"]
AddOn = Literal["No", "No internet service", "Yes"]


class Customer(BaseModel):
    """What is known of one customer on the day of the question; one field a column, in the raw table's spelling."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gender: Annotated[Literal["Female", "Male"], Field(title="Gender", description="As the customer gave it")]
    SeniorCitizen: Annotated[Literal[0, 1], Field(title="Senior citizen", description="1 from the age of 65")]
    Partner: Annotated[YesNo, Field(title="Partner", description="Lives with a partner")]
    Dependents: Annotated[YesNo, Field(title="Dependents", description="Lives with dependents")]
    tenure: Annotated[int, Field(ge=0, le=120, title="Tenure", description="Months since joining")]
    PhoneService: Annotated[YesNo, Field(title="Phone service", description="Has a phone line")]
    MultipleLines: Annotated[
        Literal["No", "No phone service", "Yes"], Field(title="Multiple lines", description="More than one line")
    ]
    InternetService: Annotated[
        Literal["DSL", "Fiber optic", "No"], Field(title="Internet service", description="Kind of connection")
    ]
    OnlineSecurity: Annotated[AddOn, Field(title="Online security", description="Security add-on")]
    OnlineBackup: Annotated[AddOn, Field(title="Online backup", description="Backup add-on")]
    DeviceProtection: Annotated[AddOn, Field(title="Device protection", description="Device insurance add-on")]
    TechSupport: Annotated[AddOn, Field(title="Tech support", description="Premium support add-on")]
    StreamingTV: Annotated[AddOn, Field(title="Streaming TV", description="Television add-on")]
    StreamingMovies: Annotated[AddOn, Field(title="Streaming movies", description="Film add-on")]
    Contract: Annotated[
        Literal["Month-to-month", "One year", "Two year"], Field(title="Contract", description="Length of the contract")
    ]
    PaperlessBilling: Annotated[YesNo, Field(title="Paperless billing", description="Bills by e-mail")]
    PaymentMethod: Annotated[
        Literal["Bank transfer (automatic)", "Credit card (automatic)", "Electronic check", "Mailed check"],
        Field(title="Payment method", description="How the bill is paid"),
    ]
    MonthlyCharges: Annotated[float, Field(ge=0, le=500, title="Monthly charges", description="This month's bill, $")]
    TotalCharges: Annotated[float, Field(ge=0, le=50_000, title="Total charges", description="Billed since joining, $")]


ID: str | None = "customerID"
"""The column that names a customer; None where the table has no such column."""
TARGET, POSITIVE, NEGATIVE = "Churn", "Yes", "No"

CURVED = ("tenure",)
"""Numbers whose effect flattens as they grow: the scorecard gives them a log-like term besides the straight one."""

BLANKS = (Blank("TotalCharges", value=0.0, where="tenure", equals=0),)

LEAKS = ("Churn Score", "CLTV", "Churn Reason", "Churn Category", "Customer Status", "Satisfaction Score")
"""Columns of extended tables that are known only after the customer left; compared without case and punctuation."""

SEGMENTS = (
    Segment("gender"),
    Segment("SeniorCitizen"),
    Segment("Partner"),
    Segment("Contract"),
    Segment("tenure", edges=(0, 12, 24, 48, 72)),
)

ADD_ONS = ("OnlineSecurity", "OnlineBackup", "DeviceProtection", "TechSupport", "StreamingTV", "StreamingMovies")


def monthly_value(columns: Columns) -> Any:
    """Give what each customer pays a month, in the currency of `campaign` in params.yaml."""
    return columns["MonthlyCharges"]


def _total_off(columns: Columns) -> Any:
    expected = columns["MonthlyCharges"] * columns["tenure"]
    return abs(columns["TotalCharges"] - expected) > 0.5 * expected + 100


def _add_on_without_internet(columns: Columns) -> Any:
    none = columns["InternetService"] == "No"
    return sum((none != (columns[name] == "No internet service")) for name in ADD_ONS) > 0


def _lines_without_phone(columns: Columns) -> Any:
    return (columns["PhoneService"] == "No") != (columns["MultipleLines"] == "No phone service")


RULES = (
    Rule("total near charges x tenure", _total_off, max_share=0.02, why="prices change, but not tenfold: a unit fault"),
    Rule(
        "no internet service, no add-on", _add_on_without_internet, max_share=0.01, why="an add-on needs a connection"
    ),
    Rule("no phone service, no lines", _lines_without_phone, max_share=0.01, why="a line needs a phone"),
)

PRICES = dict.fromkeys(ADD_ONS[:4], 5.0) | dict.fromkeys(ADD_ONS[4:], 10.0)
"""Dollars a month that an add-on costs: least squares of MonthlyCharges on services, contract and way of paying over
the 7,043 rows of the public table gives 5.01, 4.99, 5.02, 5.03, 9.97 and 9.96, explains 99.9 % of the bill, and finds
that neither the contract nor the way of paying moves it by more than 0.03."""

_CONNECTED = (("InternetService", ("DSL", "Fiber optic")),)
_CHECKS = ("Electronic check", "Mailed check")

LEVERS = (
    Lever("A one-year contract", "Contract", ("Month-to-month",), "One year"),
    Lever("A two-year contract", "Contract", ("Month-to-month", "One year"), "Two year"),
    Lever("Payment by bank transfer", "PaymentMethod", _CHECKS, "Bank transfer (automatic)"),
    Lever("Payment by credit card", "PaymentMethod", _CHECKS, "Credit card (automatic)"),
    *(
        Lever(
            f"{Customer.model_fields[name].title} added", name, ("No",), "Yes", (("MonthlyCharges", price),), _CONNECTED
        )
        for name, price in PRICES.items()
    ),
)
"""What the firm can really change for a customer, and what that adds to the bill."""

EXAMPLE = {
    "customerID": "7590-VHVEG", "gender": "Female", "SeniorCitizen": 0, "Partner": "Yes", "Dependents": "No",
    "tenure": 1, "PhoneService": "No", "MultipleLines": "No phone service", "InternetService": "DSL",
    "OnlineSecurity": "No", "OnlineBackup": "Yes", "DeviceProtection": "No", "TechSupport": "No",
    "StreamingTV": "No", "StreamingMovies": "No", "Contract": "Month-to-month", "PaperlessBilling": "Yes",
    "PaymentMethod": "Electronic check", "MonthlyCharges": 29.85, "TotalCharges": 29.85,
}  # fmt: skip
"""One customer of the table, as an application would send it; the API's pages show it."""
