"""FastAPI and pydantic as above, onnxruntime in place of pandas and scikit-learn."""

import os
from typing import Any

import numpy as np
import onnxruntime as ort
from fastapi import FastAPI

from churn import columns
from churn.contract import Customer

OPTIONS = ort.SessionOptions()
OPTIONS.intra_op_num_threads = 1
SESSION = ort.InferenceSession(os.environ["BENCH_MODEL"] + "/model.onnx", OPTIONS)
TYPES = {column.name: object if column.kind == "category" else np.float32 for column in columns.columns()}
app = FastAPI()


def score(customers: list[Customer]) -> list[float]:
    feed = {
        name: np.array([getattr(one, name) for one in customers], dtype=wanted).reshape(-1, 1)
        for name, wanted in TYPES.items()
    }
    return SESSION.run(None, feed)[1][:, 1].tolist()


@app.post("/predict")
async def predict(customer: Customer) -> dict[str, float]:
    return {"churn_probability": score([customer])[0]}


@app.post("/predict/batch")
async def predict_batch(customers: list[Customer]) -> dict[str, Any]:
    return {"predictions": score(customers)}
