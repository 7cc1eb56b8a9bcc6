"""How a version was made: the stages of the pipeline, as they stood when it was registered."""

from pydantic import Field

from churn.services.api.schemas.told import DIGEST, Commit, Digest, Run, Told, Version, shows


class Stage(Told):
    """One stage: what it runs, reads and writes, and after which others."""

    model_config = shows(
        name="prepare",
        words="Clean, split and keep the tables",
        cmd="python scripts/data_preparation.py --raw data/raw/telco_churn_raw.csv --train data/prepared/train.parquet",
        deps=["data/raw/telco_churn_raw.csv", "scripts/data_preparation.py"],
        outs=["data/prepared/train.parquet"],
        params={"prepare": {"seed": 20}},
        digests={"data/raw/telco_churn_raw.csv": "md5:0a1b2c3d4e5f60718293a4b5c6d7e8f9"},
        after=["ingest"],
    )

    name: str
    words: str = Field(description="what the stage is for")
    cmd: str
    deps: list[str]
    outs: list[str]
    params: dict[str, object] = Field(description="the knobs it ran with, by section")
    digests: dict[str, str] = Field(description="of files it read or wrote; a file that is missing here is not known")
    after: list[str] = Field(description="the stages whose files it reads: the arrows of the graph")


class Pipeline(Told):
    """The pipeline of the version that answers now."""

    model_config = shows(
        model="telco-churn", model_version=1, of_served=True, registered="2026-05-01T07:58:26.239Z",
        store="http://127.0.0.1:5000", data_version=DIGEST,
        words="as logged with version 1, which answers now", reports=["model_card", "kpi.html"],
    )  # fmt: skip

    model: str
    model_version: Version | None
    model_digest: Digest | None
    of_served: bool = Field(description="whether it is how the model that answers now was made")
    registered: str | None
    git_commit: Commit | None = Field(description="of the code; null where it was not under git")
    run: Run | None = Field(description="the training run in MLflow")
    store: str | None = Field(description="where MLflow keeps it, without any password")
    data_version: str | None = Field(description="digest of the table that the model learnt from")
    words: str
    reports: list[str] = Field(description="names under /reports that speak of this version")
    stages: list[Stage] = Field(description="in the order in which they run")
