"""What most tutorials write: FastAPI, a pydantic model, a pandas frame, a scikit-learn pipeline."""

import os
from typing import Any

import joblib
import pandas as pd
from fastapi import FastAPI

from churn.contract import Customer

PIPELINE = joblib.load(os.environ["BENCH_MODEL"] + "/pipeline.joblib")
app = FastAPI()


@app.post("/predict")
def predict(customer: Customer) -> dict[str, float]:
    return {"churn_probability": float(PIPELINE.predict_proba(pd.DataFrame([customer.model_dump()]))[0, 1])}


@app.post("/predict/batch")
def predict_batch(customers: list[Customer]) -> dict[str, Any]:
    rows = pd.DataFrame([customer.model_dump() for customer in customers])
    return {"predictions": PIPELINE.predict_proba(rows)[:, 1].tolist()}
