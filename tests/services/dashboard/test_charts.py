from churn.services.api.schemas.portfolio import Bar
from churn.services.dashboard.charts import bars

BARS = [Bar(low=low / 4, high=(low + 1) / 4, customers=low) for low in range(4)]
ROWS = [{"group": "a", "money": 3.0, "low": 2.0, "high": 4.0}, {"group": "b", "money": 1.0, "low": 0.0, "high": 2.0}]


def drawn(chart):
    """Give a chart as the browser gets it, with the rows of its first layer."""
    told = chart.to_dict()
    return told, next(iter(told["datasets"].values())) if "datasets" in told else told["layer"][0]["data"]["values"]


def test_a_histogram_tells_who_is_at_risk_in_words_and_from_where_on():
    told, rows = drawn(bars.histogram(BARS, threshold=0.5))
    assert [row["side"] for row in rows] == ["not at risk", "not at risk", "at risk", "at risk"]
    assert rows[1]["from"] == "25 % to 50 %"
    assert "offers pay from here" in str(told)
    assert told["layer"][0]["encoding"]["tooltip"][0]["title"] == "probability"


def test_bars_stand_in_the_order_of_the_rows_with_their_whiskers():
    told, _ = drawn(bars.ranked(ROWS, "group", "money", low="low", high="high", hover=("low",)))
    bar, whisker = told["layer"]
    assert bar["encoding"]["y"]["sort"] == ["a", "b"]
    assert (whisker["encoding"]["x"]["field"], whisker["encoding"]["x2"]["field"]) == ("low", "high")
    assert len(drawn(bars.ranked(ROWS, "group", "money"))[0]["layer"]) == 1
