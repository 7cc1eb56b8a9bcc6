"""What the evaluation's page says in words."""

from typing import Any

from churn.page import numbers

Told = dict[str, Any]

FAIR = (
    (
        "A flag is an offer. Who would leave and is flagged gains by it; who would stay and is flagged gets an offer "
        "without need; nobody is refused service."
    ),
    (
        "Groups that leave more often are flagged more often. Rates of flags, recall and false alarms then differ "
        "even if every probability is right."
    ),
    (
        "No model escapes this: where groups leave at different rates, probabilities that are right within each group "
        "and equal recall and equal false alarms cannot be had together (Kleinberg, Mullainathan and Raghavan 2016; "
        "Chouldechova 2017). Equal flags would need probabilities that are wrong for some."
    ),
    (
        "So look first at what is less foreseen: does the model foresee too much or too little for a group? Zero "
        "within the interval says that no such fault is seen, at this many customers; it does not say that there is "
        "none."
    ),
    (
        "A difference is no proof of wrong, and no difference no proof of right: the table says nothing of why "
        "customers leave, of who was treated how before, or of what any law asks. Whoever sends the offers must "
        "answer for that."
    ),
)
EFFECTS = (
    (
        "The first column shuffles a column over the customers and tells how much worse the probabilities become. The "
        "others ask what the mean probability would be if all customers held one value (partial dependence)."
    ),
    (
        "This is how the model reckons, not what causes churn: nobody's contract was changed to see what happens. "
        "Columns that go together share their effect, and the customers imagined here need not exist."
    ),
)
METHODS = (
    "All figures are of the exported model file, on customers whose rows training never saw.",
    (
        "Metrics, and the ROC-AUC of groups: percentile bootstrap over customers. Rates: Wilson's "
        "interval. Means and profits of groups: the normal interval. Differences and ratios: from the two intervals "
        "(Newcombe 1998; Zou and Donner 2008). segments.json holds recall and precision by bootstrap, for the gate."
    ),
    "Intervals are 95%, each for itself: of twenty comparisons without any difference about one would stand out.",
    (
        "Importance: five shuffles, on at most 2,000 customers drawn with the seed of params.yaml; its interval is "
        "over customers. Everything else counts every customer."
    ),
    (
        "An ideal reader of these probabilities, were they the true ones, would be right in the mean of max(p, 1 - p) "
        "of the cases: that is the accuracy to expect at most."
    ),
)


def glance(told: Told) -> str:
    """Say on whom the model was measured."""
    found = told["metrics"]
    return (
        f"{numbers.count(found['rows'])} customers that training never saw; {numbers.share(found['churn_rate'])} of "
        f"them left. The model flags above {numbers.decimal(found['threshold'])}, a threshold chosen on training rows."
    )


def accuracy(told: Told) -> str:
    """Set the accuracy beside what can be had at most, and beside saying that nobody leaves."""
    named = told["accuracy"]
    at_half, most, nobody = (
        numbers.measured(named[name], numbers.share) for name in ("at_half", "expected_at_most", "nobody_leaves")
    )
    return (
        f"Accuracy at 0.5 is {at_half}; saying that nobody leaves has {nobody}. Were these probabilities the true "
        f"ones, no rule could expect more than {most}."
    )


def fairness(told: Told) -> str:
    """Count the comparisons that stand out, in calibration apart."""
    compared = told["fairness"]
    apart = sum(
        _apart(one["measures"][name]["difference"]) for one in compared for name in ("recall", "false_positive_rate")
    )
    off = [one for one in told["groups"] if _apart(one["calibration_gap"])]
    named = ", ".join(f"{told['titles'][one['segment']]}: {one['group']}" for one in off)
    return (
        f"Recall or false alarms differ beyond their intervals in {apart} of {2 * len(compared)} comparisons. "
        f"In {len(off)} of {len(told['groups'])} groups the share that left departs from the probability given by more "
        f"than its interval{f' ({named})' if named else ''}."
    )


def money(told: Told) -> list[str]:
    """Say at which price nothing is left."""
    even, own, campaign = told["offers"]["break_even"], told["offers"]["own_prices"], told["campaign"]
    flagged, every = (numbers.measured(even[rule], _price) for rule in ("at_threshold", "treat_all"))
    return [
        (
            f"Dots: one threshold. Dashed: the rule by customer, which weighs each bill and needs no threshold. "
            f"Assumed: a kept customer stays {campaign['months']:g} months at a margin of {campaign['margin']:.0%}, "
            f"{campaign['acceptance']:.0%} of leavers accept, asking costs {campaign['contact']:g}."
        ),
        f"Those flagged at the model's threshold would bring nothing at an offer of {flagged}; everybody, at {every}.",
        (
            f"A customer's own price, up to which an offer is expected to pay, is {own['median']:g} in the middle and "
            f"between {own['lower_quartile']:g} and {own['upper_quartile']:g} for half of all; above "
            f"{own['highest']:g} no offer is worth making to anyone."
        ),
    ]


def _apart(metric: Told) -> bool:
    low, high = metric["low"], metric["high"]
    return low is not None and high is not None and (low > 0 or high < 0)


def _price(value: numbers.Number) -> str:
    return numbers.decimal(value, 2)
