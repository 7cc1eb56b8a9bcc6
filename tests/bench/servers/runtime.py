"""An MLServer runtime of the same pipeline: the stock one answers classes, and takes no table of mixed columns."""

import os

import joblib
import pandas as pd
from mlserver import MLModel
from mlserver.codecs import NumpyCodec, PandasCodec
from mlserver.types import InferenceRequest, InferenceResponse


class Churn(MLModel):
    async def load(self) -> bool:
        self.pipeline = joblib.load(os.environ["BENCH_MODEL"] + "/pipeline.joblib")
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        rows: pd.DataFrame = self.decode_request(payload, default_codec=PandasCodec)
        told = NumpyCodec.encode_output("churn_probability", self.pipeline.predict_proba(rows)[:, 1])
        return InferenceResponse(model_name=self.name, outputs=[told])
