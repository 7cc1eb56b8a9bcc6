"""The environment: addresses and secrets. Read once, by an entrance, never at import."""

import getpass
import os
from functools import cached_property
from pathlib import Path
from typing import Literal

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from churn.errors import SettingsError


class Settings(BaseSettings):
    """What the machine tells; see .env.example."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, populate_by_name=True)

    tracking_uri: str | None = Field(None, alias="MLFLOW_TRACKING_URI")
    experiment: str | None = Field(None, alias="DVC_EXP_NAME")
    lock_dir: Path = Field(Path(".churn"), alias="CHURN_LOCK_DIR")
    user: str | None = Field(None, alias="CHURN_USER")

    api_host: str = Field("127.0.0.1", alias="CHURN_API_HOST")
    api_port: int = Field(8000, alias="CHURN_API_PORT", ge=1, le=65535)
    api_workers: int = Field(1, alias="CHURN_API_WORKERS", ge=1, le=64)
    database_url: str = Field("sqlite:///.churn/ledger.db", alias="CHURN_DATABASE_URL")
    bundle_dir: Path = Field(Path(".churn/bundle"), alias="CHURN_BUNDLE_DIR")
    keys_file: Path = Field(Path(".churn/keys.json"), alias="CHURN_KEYS_FILE")
    reports_dir: Path = Field(Path("reports"), alias="CHURN_REPORTS_DIR")
    id_key: SecretStr | None = Field(None, alias="CHURN_ID_KEY")
    simulation: bool = Field(False, alias="CHURN_SIMULATION")
    retention_days: int = Field(730, alias="CHURN_RETENTION_DAYS", ge=1)
    sync_seconds: float = Field(5.0, alias="CHURN_SYNC_SECONDS", gt=0)
    max_body_mb: float = Field(16.0, alias="CHURN_MAX_BODY_MB", gt=0)
    max_file_mb: float = Field(1024.0, alias="CHURN_MAX_FILE_MB", gt=0)
    max_batch: int = Field(10_000, alias="CHURN_MAX_BATCH", ge=1)
    queue: int = Field(4096, alias="CHURN_QUEUE", ge=1)
    request_seconds: float = Field(30.0, alias="CHURN_REQUEST_SECONDS", gt=0)
    access_log: bool = Field(False, alias="CHURN_ACCESS_LOG")
    explain_idle_seconds: float = Field(300.0, alias="CHURN_EXPLAIN_IDLE_SECONDS", gt=0)

    alert_webhook: SecretStr | None = Field(None, alias="CHURN_ALERT_WEBHOOK")
    alert_webhook_style: Literal["plain", "slack", "pagerduty"] = Field("plain", alias="CHURN_ALERT_WEBHOOK_STYLE")
    alert_webhook_key: SecretStr | None = Field(None, alias="CHURN_ALERT_WEBHOOK_KEY")
    alert_smtp: SecretStr | None = Field(None, alias="CHURN_ALERT_SMTP")
    alert_mail_from: str = Field("churn@localhost", alias="CHURN_ALERT_MAIL_FROM")
    alert_mail_to: str | None = Field(None, alias="CHURN_ALERT_MAIL_TO")
    alertmanager_url: str | None = Field(None, alias="CHURN_ALERTMANAGER_URL")

    @property
    def purpose(self) -> Literal["production", "simulated"]:
        """Name whose records a process judges and makes by itself; the two never mix."""
        return "simulated" if self.simulation else "production"

    @property
    def registry_lock(self) -> Path:
        """Place the lock that whoever changes the registry from this machine holds."""
        return self.lock_dir / "registry.lock"

    @cached_property
    def who(self) -> str:
        """Name the person or machine that acts, for the records."""
        try:
            return self.user or getpass.getuser()
        except (KeyError, OSError):  # a container's user id has no name
            return f"user {os.getuid()}"

    @cached_property
    def store(self) -> str:
        """Name the MLflow store; an experiment of `dvc exp run` keeps to a store of its own."""
        if self.experiment:
            return "sqlite:///.churn/experiments.db"
        return self.tracking_uri or "sqlite:///mlflow.db"


def read() -> Settings:
    """Read the environment and the file .env."""
    try:
        return Settings()
    except ValidationError as fault:
        wrong = [f"{error['loc'][0]}: {error['msg']} (found {error['input']!r})" for error in fault.errors()]
        raise SettingsError("; ".join(wrong) + "; see .env.example") from fault
    except UnicodeDecodeError as fault:
        raise SettingsError(".env is not UTF-8; save it as UTF-8 (.env.example shows what it may hold)") from fault


def variable(name: str) -> str | None:
    """Read one variable that params.yaml names, from the environment or else the file .env."""
    try:
        return os.environ.get(name, dotenv_values(".env").get(name))
    except UnicodeDecodeError as fault:
        raise SettingsError(".env is not UTF-8; save it as UTF-8 (.env.example shows what it may hold)") from fault
