"""How the metrics of a model are called on every page, and how each is spelt; in the order of their tables."""

from churn.page import numbers
from churn.page.numbers import Spell

METRICS: dict[str, tuple[str, Spell]] = {
    "roc_auc": ("ROC-AUC", numbers.decimal),
    "pr_auc": ("Average precision", numbers.decimal),
    "top_decile_lift": ("Lift of the first tenth", numbers.decimal),
    "log_loss": ("Log loss", numbers.decimal),
    "brier": ("Brier score", numbers.decimal),
    "calibration_slope": ("Calibration slope", numbers.decimal),
    "calibration_intercept": ("Calibration intercept", numbers.decimal),
    "calibration_error": ("Calibration error", numbers.decimal),
    "accuracy_at_half": ("Accuracy at 0.5", numbers.share),
    "accuracy_at_threshold": ("Accuracy at the threshold", numbers.share),
    "precision_at_threshold": ("Precision at the threshold", numbers.share),
    "recall_at_threshold": ("Recall at the threshold", numbers.share),
    "f1_at_threshold": ("F1 at the threshold", numbers.decimal),
    "profit_per_1000_offer_rule": ("Profit per 1,000, by customer", numbers.amount),
    "profit_per_1000_at_threshold": ("Profit per 1,000, at the threshold", numbers.amount),
    "profit_per_1000_at_half": ("Profit per 1,000, at 0.5", numbers.amount),
    "profit_per_1000_treat_all": ("Profit per 1,000, offer to all", numbers.amount),
}
