"""The families of candidates, in order of simplicity; their grids are in params.yaml."""

from collections.abc import Callable, Iterable

from sklearn.base import ClassifierMixin
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from churn.errors import ParamsError
from churn.steps.train import features

YARDSTICKS = {"dummy": "a yardstick: it knows the churn rate and nothing else, and is never served"}


def in_order(names: Iterable[str]) -> list[str]:
    """Sort families by simplicity. Raises ParamsError for a name that is none."""
    wanted = list(names)
    for unknown in sorted(set(wanted) - set(FAMILIES)):
        raise ParamsError(f"params.yaml: train.candidates.{unknown}: no such family; there are {', '.join(FAMILIES)}")
    return [family for family in FAMILIES if family in wanted]


def pipeline(family: str, seed: int) -> Pipeline:
    """Build the untrained pipeline of a family."""
    preprocess, classifier = FAMILIES[family](seed)
    return Pipeline([("features", preprocess), ("classifier", classifier.set_fit_request(sample_weight=True))])


FAMILIES: dict[str, Callable[[int], tuple[ColumnTransformer, ClassifierMixin]]] = {
    "dummy": lambda _: (features.for_trees(), DummyClassifier()),
    "scorecard": lambda _: (features.for_lines(), LogisticRegression(max_iter=2000)),
    "forest": lambda seed: (features.for_trees(), RandomForestClassifier(random_state=seed)),
    "boosting": lambda seed: (features.for_trees(), GradientBoostingClassifier(random_state=seed)),
}
