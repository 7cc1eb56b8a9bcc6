"""A BentoML service of the same pipeline, as its documentation writes one."""

import os

import bentoml
import joblib
import pandas as pd


@bentoml.service(workers=1, traffic={"timeout": 60})
class Churn:
    def __init__(self) -> None:
        self.pipeline = joblib.load(os.environ["BENCH_MODEL"] + "/pipeline.joblib")

    @bentoml.api
    def predict(self, rows: pd.DataFrame) -> list[float]:
        return self.pipeline.predict_proba(rows)[:, 1].tolist()
