"""How good the model is on customers it has not seen: metrics with intervals, curves, one figure."""
