"""Score the test rows of the project one stands in, in its own environment: `python score.py OUT`."""

import json
import sys
from pathlib import Path

import pandas as pd

from churn import contract
from churn.scoring.scorer import Scorer

rows = pd.read_parquet("data/prepared/test.parquet")
churn = Scorer.load(Path("model/best_churn_model.onnx")).probabilities(rows)
names = rows[contract.ID] if contract.ID else rows.index
Path(sys.argv[1]).write_text(json.dumps(dict(zip(map(str, names), churn.tolist(), strict=True))))
