"""How the OpenAPI description spells a customer, an answer and a problem: from the contract, with a real example."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from churn import columns, contract
from churn.scoring.record import ID_LENGTH, NUMERAL

EXAMPLE: dict[str, Any] = contract.EXAMPLE
ANSWER: dict[str, Any] = {
    "churn_probability": 0.7283192114081362,
    "churn": True,
    "offer": True,
    "expected_value": 17.450281874035753,
    "risk_tier": "high",
    "model_version": 1,
    "prediction_id": "0198f0c3a1b25f0e9d7c6b5a4f3e",
}
REASON: dict[str, Any] = {
    "code": "tenure.lower.raises",
    "column": "tenure",
    "value": 1,
    "effect": 1.7667446172149697,
    "unit": "log-odds",
    "direction": "raises",
    "text": "Tenure at 1, lower than usual: raises the risk",
}
CHANGE: dict[str, Any] = {
    "column": "Contract",
    "from": "Month-to-month",
    "to": "Two year",
    "churn_probability": 0.3458497997896552,
    "difference": -0.38246941161848097,
    "expected_value": -20.59624531612426,
    "monthly_charges": 29.85,
    "monthly_difference": 0.0,
    "text": "A two-year contract: the risk would be 34.6% instead of 72.8%, at the same price",
    "note": "what the model says of customers who are alike but for this; not a proven effect",
}
INDEXED = {"index": 0} | ANSWER | {"prediction_id": f"{ANSWER['prediction_id']}.0"}
EXPLAINED = ANSWER | {"reasons": [REASON], "changes": [CHANGE]}


class Reason(BaseModel):
    """One thing that raises or lowers this customer's risk against the average customer's."""

    model_config = ConfigDict(json_schema_extra={"example": REASON})

    code: str = Field(description="the same in every version of the model")
    column: str
    value: str | int | float | bool
    effect: float = Field(description="against the average customer, in `unit`")
    unit: str = Field(description="log-odds, or probability for a forest")
    direction: str
    text: str


class Answer(BaseModel):
    """What the champion says of one customer."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": ANSWER})

    churn_probability: float = Field(ge=0, le=1, description="of leaving within horizon_days of GET /model_info")
    churn: bool = Field(description="whether the probability lies strictly above the champion's threshold")
    offer: bool = Field(description="whether an offer is worth more than it costs: expected_value above 0")
    expected_value: float = Field(description="of an offer to this customer, in the currency of the bill")
    risk_tier: str
    model_version: int
    prediction_id: str = Field(description="GET /predictions/{prediction_id} tells why, and replays it")


class ExplainedAnswer(Answer):
    """An answer; `explain=true` adds what speaks for it, and what the firm can change."""

    model_config = ConfigDict(json_schema_extra={"example": EXPLAINED})

    reasons: list[Reason] | None = None
    changes: list[dict[str, Any]] | None = None


class IndexedAnswer(ExplainedAnswer):
    """An answer within a batch."""

    index: int = Field(ge=0, description="of the customer in the request, from 0")


class FaultTold(BaseModel):
    """One cell that breaks the contract."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"index": 1, "column": "gender", "reason": "is one of 'Female', 'Male'", "found": "Other"}
        }
    )

    index: int | None = Field(None, description="of the customer in the request, from 0")
    column: str
    reason: str
    found: str | None = None


class BatchAnswer(BaseModel):
    """What became of a batch: each customer is in predictions or in rejects."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"record_id": ANSWER["prediction_id"], "model_version": 1, "scored": 1, "rejected": 1}
        }
    )

    record_id: str
    model_version: int
    scored: int
    rejected: int
    predictions: list[IndexedAnswer] = Field(examples=[[INDEXED]])
    rejects: list[FaultTold]


class Problem(BaseModel):
    """What is wrong, as RFC 9457 spells it."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FaultTold] | None = None
    errors_left_out: int | None = None


def row() -> dict[str, Any]:
    """Spell the JSON schema of one customer in the raw columns."""
    properties = {one.name: _cell(one) for one in columns.columns()}
    needed = [name for name in properties if name not in {blank.column for blank in contract.BLANKS}]
    if contract.ID:
        properties[contract.ID] = {
            "anyOf": [{"type": "string", "minLength": 1, "maxLength": ID_LENGTH}, {"type": "integer"}],
            "description": "who it is; without it the answer is kept, but nobody's last score changes",
        }
    spelt = {"type": "object", "title": "Customer", "properties": properties, "required": needed}
    return spelt | {"additionalProperties": False, "example": EXAMPLE}


def batch() -> dict[str, Any]:
    """Spell the JSON schema of a list of customers."""
    return {"type": "array", "title": "Customers", "items": row(), "minItems": 1, "example": [EXAMPLE, EXAMPLE]}


def _cell(column: columns.Column) -> dict[str, Any]:
    said = {"title": column.title, "description": column.description}
    if column.kind == "category":
        return said | {"type": "string", "enum": list(column.allowed)}
    if column.kind == "flag":
        texts = [str(value) for value in column.allowed]
        return said | {"enum": [*column.allowed, *texts]}
    bounds = {"minimum": column.low, "maximum": column.high}
    number: dict[str, Any] = {"type": "integer" if column.whole else "number"}
    number |= {name: bound for name, bound in bounds.items() if bound is not None}
    text = {"type": "string", "pattern": rf"^\s*({NUMERAL.pattern})\s*$", "description": "as a raw table has it"}
    blank = [{"type": "null"}] if column.name in {one.column for one in contract.BLANKS} else []
    return said | {"anyOf": [number, text, *blank]}
