"""The environment: addresses and secrets. Read once, by an entrance, never at import."""

import getpass
import os
from functools import cached_property
from pathlib import Path

from dotenv import dotenv_values
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from churn.errors import SettingsError


class Settings(BaseSettings):
    """What the machine tells; see .env.example."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, populate_by_name=True)

    tracking_uri: str | None = Field(None, alias="MLFLOW_TRACKING_URI")
    experiment: str | None = Field(None, alias="DVC_EXP_NAME")
    lock_dir: Path = Field(Path(".churn"), alias="CHURN_LOCK_DIR")
    user: str | None = Field(None, alias="CHURN_USER")

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
    except UnicodeDecodeError as fault:
        raise SettingsError(".env is not UTF-8; save it as UTF-8 (.env.example shows what it may hold)") from fault


def variable(name: str) -> str | None:
    """Read one variable that params.yaml names, from the environment or else the file .env."""
    try:
        return os.environ.get(name, dotenv_values(".env").get(name))
    except UnicodeDecodeError as fault:
        raise SettingsError(".env is not UTF-8; save it as UTF-8 (.env.example shows what it may hold)") from fault
