"""Another company's customers: no id, no charges column, other names. Takes the place of src/churn/contract.py."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from churn.terms import Blank, Columns, Lever, Rule, Segment

YesNo = Literal["no", "yes"]
Calls = Annotated[int, Field(ge=0, le=300)]
Minutes = Annotated[float, Field(ge=0, le=600)]
Charge = Annotated[float, Field(ge=0, le=120)]


class Customer(BaseModel):
    """A mobile subscriber's month."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account_length: Annotated[int, Field(ge=1, le=400)]
    area_code: Literal["area_code_408", "area_code_415", "area_code_510"]
    international_plan: YesNo
    voice_mail_plan: YesNo
    number_vmail_messages: Calls
    total_day_minutes: Minutes
    total_day_calls: Calls
    total_day_charge: Charge
    total_eve_minutes: Minutes
    total_eve_calls: Calls
    total_eve_charge: Charge
    total_night_minutes: Minutes
    total_night_calls: Calls
    total_night_charge: Charge
    total_intl_minutes: Minutes
    total_intl_calls: Calls
    total_intl_charge: Charge
    number_customer_service_calls: Calls


ID: str | None = None
TARGET, POSITIVE, NEGATIVE = "churn", "yes", "no"
CURVED = ("account_length", "number_customer_service_calls")
BLANKS: tuple[Blank, ...] = ()
LEAKS = ("cancelled_on",)
SEGMENTS = (Segment("international_plan"), Segment("account_length", edges=(0, 50, 100, 150, 400)))


def monthly_value(columns: Columns) -> Any:
    """Give what each customer pays a month: the four charges together."""
    return sum(columns[f"total_{part}_charge"] for part in ("day", "eve", "night", "intl"))


def _charge_off(columns: Columns) -> Any:
    return abs(columns["total_day_charge"] - 0.17 * columns["total_day_minutes"]) > 0.02


RULES = (Rule("day charge follows minutes", _charge_off, max_share=0.01, why="one tariff for all"),)
EXAMPLE = {
    name: "no" if name.endswith("_plan") else "area_code_408" if name == "area_code" else 10
    for name in Customer.model_fields
}
LEVERS: tuple[Lever, ...] = ()
