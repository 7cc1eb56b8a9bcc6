"""The whole list as a file for a spreadsheet or a dialler: read page by page, and only when asked for."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import streamlit as st

from churn.errors import ServiceError
from churn.services.api.schemas.calls import Call, CallList
from churn.services.client.client import ChurnClient
from churn.services.dashboard import look, source, spreadsheet

ROWS, TRIES = 500, 3
COLUMNS = ("rank", "customer_id", "churn_probability", "risk_tier", "expected_value", "cost", "monthly_value", "why")


def offer(asked: Mapping[str, Any], total: int) -> None:
    """Offer the whole list as a file."""
    make = partial(written, source.client(), dict(asked) | {"purpose": source.purpose()})
    words, name = f"Download all {look.count(total)} as CSV", f"{NAMES[asked['arm']]}.csv"
    st.download_button(words, make, name, "text/csv", on_click="ignore", icon=":material/download:")


NAMES = {"call": "call-list", "held_out": "held-out"}


def written(client: ChurnClient, asked: Mapping[str, Any]) -> bytes:
    """Write the whole list. Raises ServiceError."""
    return spreadsheet.written(COLUMNS, (_cells(one) for one in whole(client, asked)))


def whole(client: ChurnClient, asked: Mapping[str, Any]) -> list[Call]:
    """Read the whole list; where it changes while it is read, begin again. Raises ServiceError."""
    for _ in range(TRIES):
        pages = list(each_page(client, asked))
        if all(_same(page, pages[0]) for page in pages):
            return [call for page in pages for call in page.calls]
    raise ServiceError("the list changes faster than it can be read; somebody scores or records right now: ask again")


def each_page(client: ChurnClient, asked: Mapping[str, Any]) -> Iterator[CallList]:
    """Read the list page by page, each with the sums of its moment. Raises ServiceError."""
    page = client.call_list(**asked, limit=ROWS)
    yield page
    for offset in range(ROWS, page.total, ROWS):
        yield client.call_list(**asked, limit=ROWS, offset=offset)


def _same(one: CallList, other: CallList) -> bool:
    return (one.total, one.as_of, one.expected_value) == (other.total, other.as_of, other.expected_value)


def _cells(one: Call) -> list[Any]:
    return [
        one.rank, one.customer_id, round(one.churn_probability, 4), one.risk_tier,
        round(one.expected_value or 0.0, 2), round(one.cost, 2), one.monthly_value, "; ".join(one.reasons),
    ]  # fmt: skip
