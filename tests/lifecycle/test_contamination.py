"""What a model learns of whom the campaign called: nothing true, unless those held out stand for them."""

import numpy as np
import pytest
import sklearn

from churn import columns, contract, table
from churn.campaign import offer_value
from churn.lifecycle.retraining.contamination import learnable
from churn.steps.train import families
from churn.stores.ledger.queries.cohort import Member
from customers import invent
from models import CAMPAIGN

ROWS, HOLDOUT, COMPLAIN, ANGER = 24_000, 0.1, 0.2, 2.6


class Market:
    """Customers of whom some complain, which no column tells; the desk calls whom the score or a complaint names."""

    def __init__(self, seed: int, desk_knows: bool = True) -> None:
        rng = np.random.default_rng(seed)
        self.rows = table.typed(invent(ROWS, seed=seed))
        odds = (
            -1.0
            + 1.2 * self.rows["Contract"].eq("Month-to-month")
            + 0.8 * self.rows["InternetService"].eq("Fiber optic")
        )
        odds = (odds - 0.04 * self.rows["tenure"]).to_numpy()
        angry = rng.random(ROWS) < COMPLAIN
        self.chance = 1 / (1 + np.exp(-odds - ANGER * angry))
        self.typical = (1 - COMPLAIN) / (1 + np.exp(-odds)) + COMPLAIN / (1 + np.exp(-odds - ANGER))
        known = self.chance if desk_knows else self.typical
        chosen = np.asarray(offer_value(known, contract.monthly_value(self.rows), CAMPAIGN)) > 0
        self.held = chosen & (rng.random(ROWS) < HOLDOUT)
        self.called = chosen & ~self.held
        self.left = (rng.random(ROWS) < self.chance) & ~(self.called & (rng.random(ROWS) < CAMPAIGN.acceptance))

    def cohort(self):
        told = zip(self.left.tolist(), self.called.tolist(), self.held.tolist(), strict=True)
        return [Member("r", place, str(place), 0, *one) for place, one in enumerate(told)]

    def top_gap(self, places, weights):
        """Fit on some customers; give mean probability less true chance in the tenth that scores highest of all."""
        with sklearn.config_context(enable_metadata_routing=True):
            model = families.pipeline("scorecard", 7)
            rows = self.rows.iloc[places][columns.names()]
            model.fit(rows, self.left[places], sample_weight=np.asarray(weights, float))
            said = model.predict_proba(self.rows[columns.names()])[:, 1]
        top = said >= np.quantile(said, 0.9)
        return float(said[top].mean() - self.typical[top].mean())


def gaps(market):
    found = learnable(market.cohort())
    kept = [one.row for one in found.members]
    everybody = np.arange(ROWS)
    return {
        "called too": market.top_gap(everybody, np.ones(ROWS)),
        "dropped alone": market.top_gap(kept, np.ones(len(kept))),
        "held out weigh": market.top_gap(kept, found.weights),
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_dropping_the_called_alone_is_miscalibrated_in_the_top_decile_and_the_weights_are_not(seed):
    found = gaps(Market(seed))
    assert found["called too"] < -0.06
    assert found["dropped alone"] < -0.045
    assert abs(found["held out weigh"]) < 0.03


def test_where_calls_follow_the_columns_alone_dropping_does_less_harm_than_learning_from_calls():
    found = gaps(Market(4, desk_knows=False))
    assert found["called too"] < -0.06
    assert abs(found["dropped alone"]) < 0.03
    assert abs(found["held out weigh"]) < 0.03


def test_the_weights_make_up_the_whole_market():
    market = Market(5)
    found = learnable(market.cohort())
    assert sum(found.weights) == pytest.approx(ROWS)
