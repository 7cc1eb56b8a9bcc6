from churn import columns
from churn.columns import Column
from churn.stores.tracking import registry


def category(name, *allowed):
    return Column(name, "category", allowed, None, None, False, name, "")


def test_codes_that_a_csv_reader_takes_for_numbers_are_declared_open(monkeypatch):
    monkeypatch.setattr(columns, "columns", lambda: (category("area", "408", "415"), category("plan", "No", "Yes")))
    declared = {one.name: str(one.type) for one in registry._signature().inputs}
    assert (declared["area"], declared["plan"]) == ("Any", "DataType.string")
