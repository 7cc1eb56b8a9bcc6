"""What a worker asks of the process that scores a file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Order:
    """Which file in which folder, by which model, within which bounds."""

    folder: str
    arrived: str
    answers: str
    rejects: str
    form: str
    record: str
    ignore: list[str]
    bundles: str
    version: int
    digest: str
    most_rows: int
    most_bytes: int
