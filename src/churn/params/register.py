"""Under which name versions are kept."""

from typing import Annotated

from pydantic import Field

from churn.params.section import Section


class Register(Section):
    """Under which name versions are kept."""

    model: Annotated[str, Field(pattern="^[^/:]+$")]
    experiment: Annotated[str, Field(min_length=1)]
