"""Experiments on the page Model health: what runs, and what was read."""

from looking import words


def versions(look, *address):
    return look("health", *address).segmented_control(key="section").set_value("Versions").run()


def test_a_running_experiment_tells_whom_it_met_and_nothing_of_what_came(look, past):
    seen = versions(look, past)
    assert "boosting beside" in words(seen)
    assert "answers nobody, beside the champion" in words(seen)
    assert "its result may be read from" in words(seen)


def test_one_that_is_over_tells_what_was_read(look, past):
    (table,) = [one.value for one in versions(look, past).dataframe if "It did" in one.value]
    assert table["It did"].tolist() == ["alike"]
    assert table["Difference"].tolist() == ["+310 (-2,100 to +2,720)"]
    assert "keep the champion" in table["What was read"].tolist()[0]


def test_without_any_the_page_says_how_to_begin(look):
    assert "churn experiment start" in words(versions(look))
