"""Where the raw table comes from."""

from typing import Literal

from pydantic import Field

from churn.params.section import Count, Section, Sha256


class Source(Section):
    """A built-in source: a file named by an environment variable, a CSV over HTTPS, or a wheel of the package index."""

    kind: Literal["environment", "https", "wheel"]
    at: str
    sha256: Sha256


class Ingest(Section):
    """Where the raw table comes from."""

    sources: list[Source] = Field(min_length=1)
    uri: str | None
    query: str | None
    sha256: Sha256 | None
    timeout_seconds: Count
    max_age_days: Count | None = None
