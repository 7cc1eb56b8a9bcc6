import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.metrics import roc_auc_score
from typer.testing import CliRunner

from churn import columns, contract, table
from churn.cli import app
from churn.errors import TableError
from churn.steps.anonymise.anonymise import anonymise
from churn.steps.anonymise.grouping import coded, group
from churn.steps.train import families
from churn.stores.raw_table import read_raw
from customers import invent

LEAST = 10
CATEGORIES = columns.names("flag", "category")
NUMBERS = columns.names("number")


def made(raw, least=LEAST, outcome=True, seed=1):
    return anonymise(raw, least, outcome, np.random.default_rng(seed))


@pytest.fixture(scope="module")
def public(telco_raw):
    return made(telco_raw)


def test_every_combination_of_categories_is_shared_by_a_whole_group(public):
    assert public.rows.groupby(CATEGORIES).size().min() >= LEAST
    assert public.smallest >= LEAST


def test_no_id_goes_out_and_a_real_row_by_chance_alone(telco_raw, public):
    """Customers in their first month with the cheapest tariff are alike to the cent: a blend of them is one of them."""
    known = set(map(tuple, table.typed(telco_raw)[columns.names()].to_numpy()))
    out = list(map(tuple, table.typed(public.rows)[columns.names()].to_numpy()))
    assert sum(row in known for row in out) == public.equal < 0.002 * len(out)
    assert f"{public.equal} of them equal a real one by chance" in public.words
    assert not set(public.rows[contract.ID]) & set(telco_raw[contract.ID])


def test_the_order_tells_nothing(telco_raw, public):
    """A blend still resembles its members: were the order kept, it would be known whose group a row was."""
    before, after = (table.typed(one)["tenure"].to_numpy() for one in (telco_raw, public.rows))
    assert abs(np.corrcoef(before, after)[0, 1]) < 0.05


def test_it_keeps_the_contract_its_rules_and_passes_for_a_raw_table(public, tmp_path):
    path = tmp_path / "safe.csv"
    public.rows.to_csv(path, index=False)
    typed = table.typed(read_raw(path))
    assert table.header_faults(typed) == []
    assert len(table.faults(typed)) == 0
    assert all(np.mean(rule.broken(typed)) <= rule.max_share for rule in contract.RULES)
    assert table.contradictory(typed).mean() < 0.01


def test_what_can_be_learnt_stays(telco_raw):
    """A scorecard from the safe table, on customers that it never saw: a seeded third of the real ones."""
    held = np.random.default_rng(0).random(len(telco_raw)) < 1 / 3
    real, safe = (_auc(one, telco_raw[held]) for one in (telco_raw[~held], made(telco_raw[~held]).rows))
    assert real - safe < 0.015
    churn = [one[contract.TARGET].eq(contract.POSITIVE).mean() for one in (telco_raw, made(telco_raw).rows)]
    assert churn[0] == pytest.approx(churn[1])


def _auc(learnt, held):
    rows, asked = table.typed(learnt), table.typed(held)
    with sklearn.config_context(enable_metadata_routing=True):
        model = families.pipeline("scorecard", 1).set_params(classifier__C=0.3)
        model.fit(rows[columns.names()], table.outcome(rows))
    return roc_auc_score(table.outcome(asked), model.predict_proba(asked[columns.names()])[:, 1])


@pytest.mark.parametrize("least", [3, 7, 50])
def test_groups_take_everybody_and_none_is_small(least):
    rows = table.typed(invent(500))
    found = group(coded(rows), least)
    assert sorted(np.concatenate(found)) == list(range(500))
    assert min(map(len, found)) >= least
    assert max(map(len, found)) < 2 * least + 1


def test_thousands_of_equal_customers_are_cut_anywhere():
    rows = table.typed(pd.concat([invent(1)] * 20_003, ignore_index=True))
    found = group(coded(rows), 5)
    assert {len(one) for one in found} == {5, 6}
    assert len(np.unique(np.concatenate(found))) == 20_003


def test_no_member_makes_most_of_a_blend():
    from churn.steps.anonymise.anonymise import _weights

    drawn = _weights(LEAST, np.random.default_rng(0))
    assert np.allclose(drawn.sum(1), 1)
    assert drawn.max() <= 0.5 + 1 / LEAST
    assert drawn.min() >= 0.5 / LEAST


def test_the_outcome_can_stay_at_home(telco_raw, public):
    alone = made(telco_raw, outcome=False)
    assert contract.TARGET not in alone.rows
    assert "one outcome" not in alone.words
    assert 0 < public.told_outcome < 0.5
    assert f"{public.told_outcome:.0%} are in a group whose members all have one outcome" in public.words
    assert "--no-outcome" in public.words


def test_what_the_contract_does_not_spell_stays_at_home():
    raw = invent(200).assign(Name="Anna", Phone="555", observed_at="2026-01-01")
    done = made(raw)
    assert list(done.rows) == table.expected()
    assert done.dropped_columns == ["Name", "Phone", "observed_at"]
    assert "columns left out: Name, Phone, observed_at" in done.words


def test_a_customer_told_often_does_not_make_a_group():
    often = pd.concat([invent(30), *[invent(30).head(1)] * 50], ignore_index=True)
    done = made(often)
    assert (len(done.rows), done.arrived) == (30, 80)


def test_rows_that_break_the_contract_are_left_out_and_counted():
    raw = invent(200)
    raw.loc[3, "gender"] = "call Anna at 555"
    done = made(raw)
    assert len(done.rows) == 199
    assert "1 rows left out" in done.words
    assert "555" not in done.rows.to_csv()


def test_too_few_customers_and_other_tables_go_nowhere():
    with pytest.raises(TableError, match="9 customers keep the contract; a group needs 10"):
        made(invent(9))
    with pytest.raises(TableError, match="lacks gender"):
        made(invent(50).drop(columns="gender"))


def test_the_command_writes_the_table_and_replaces_none_unasked(tmp_path):
    place, safe = tmp_path / "customers.csv", tmp_path / "safe.parquet"
    invent(300).to_csv(place, index=False)
    told = CliRunner().invoke(app, ["anonymise", str(place), str(safe), "--group", "5"])
    assert told.exit_code == 0, told.output
    assert "300 of 300 customers" in told.output
    assert len(read_raw(safe)) == 300
    assert CliRunner().invoke(app, ["anonymise", str(place), str(safe)]).exit_code == 1
    assert CliRunner().invoke(app, ["anonymise", str(place), str(safe), "--force"]).exit_code == 0
    assert CliRunner().invoke(app, ["anonymise", str(place), str(tmp_path / "safe.txt")]).exit_code == 1
    assert not (tmp_path / "safe.txt").exists(), "what ends otherwise was written as Parquet"
    assert CliRunner().invoke(app, ["anonymise", str(tmp_path / "none.csv"), str(tmp_path / "out.csv")]).exit_code == 1


def test_the_same_table_comes_out_otherwise_each_time(tmp_path):
    """Who could repeat the drawing could undo the order."""
    place = tmp_path / "customers.csv"
    invent(100).to_csv(place, index=False)
    for name in ("a.csv", "b.csv"):
        CliRunner().invoke(app, ["anonymise", str(place), str(tmp_path / name)])
    assert (tmp_path / "a.csv").read_bytes() != (tmp_path / "b.csv").read_bytes()
