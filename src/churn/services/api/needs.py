"""What a route may ask for in its signature."""

from typing import Annotated, cast

from fastapi import Depends, Request

from churn.services.api import keys
from churn.services.api.state import State


def _state(request: Request) -> State:
    return cast("State", request.app.state.churn)


def _caller(request: Request) -> keys.Caller:
    return cast("keys.Caller", request.scope["churn.caller"])


def _request_id(request: Request) -> str:
    return cast("str", request.scope["churn.request_id"])


Known = Annotated[State, Depends(_state)]
Caller = Annotated[keys.Caller, Depends(_caller)]
RequestId = Annotated[str, Depends(_request_id)]
