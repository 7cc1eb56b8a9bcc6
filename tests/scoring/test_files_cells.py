"""The cells of a file: they mean what they mean to the door for one customer, whatever type holds them."""

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import models
from churn import columns, contract
from churn.scoring import record
from churn.scoring.engine import Engine
from customers import invent
from filed import expected, read, rejects, same, save, scored, write


@pytest.fixture(scope="module")
def engine():
    return Engine(models.model().model, 3)


BAD = {
    "tenure": ["", "many", "-1", "121", "1.5", "NaN", "inf", "1e999", "0x10", "1_0", "--1"],
    "SeniorCitizen": ["2", "", "yes", "0.5", "true"],
    "MonthlyCharges": ["", "-0.01", "500.01", "12,5", "nan", "-inf", "$5"],
    "TotalCharges": ["", " ", "x"],
    "Partner": ["", "yes", "no", "Maybe", "1"],
    "customerID": ["", " ", "a\tb", "x" * 129],
}
GOOD = {
    "tenure": ["7", "7.0", " 7 ", "+7", "7e0", "007", "120"],
    "SeniorCitizen": ["1", "1.0", " 0"],
    "MonthlyCharges": ["0", "500", "1e2", ".5", "5.", "+1"],
    "Partner": [" Yes ", "No"],
    "customerID": ["ü", "x" * 128, "a b", "0"],
}


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_cells_mean_what_they_mean_to_the_door_for_one_customer(tmp_path, engine, ending):
    """Every odd cell, as text: refused with the same words, or answered with the same number."""
    cases = [(name, cell) for name, cells in (*BAD.items(), *GOOD.items()) for cell in cells]
    table = pd.concat([invent(1).assign(tenure="5", TotalCharges="9")] * len(cases), ignore_index=True)
    for at, (name, cell) in enumerate(cases):
        table.loc[at, name] = cell
    path = tmp_path / f"in{ending}"
    if ending == ".csv":
        path.write_bytes(table.to_csv(index=False).encode())
    else:
        pq.write_table(pa.Table.from_pandas(table, preserve_index=False), path)
    tally, out, left = scored(path, engine)
    lines = {int(line["row"]): line for line in rejects(left)}
    answers = {int(row["prediction_id"].partition(".")[2]): row for row in read(out).to_pylist()}
    wrong = sum(map(len, BAD.values()))
    assert sorted(lines) == list(range(wrong))
    assert (tally.rows, tally.rejected) == (len(cases) - wrong, wrong)
    for at, row in enumerate(table[[*columns.names(), contract.ID]].to_dict("records")):
        if at < wrong:
            with pytest.raises(record.Faults) as told:
                record.check(row)
            (fault,) = told.value.faults
            assert (fault.column, fault.reason) == (lines[at]["column"], lines[at]["reason"])
        else:
            answer = engine.answer(record.check(row))
            assert answers[at]["churn_probability"] == pytest.approx(answer["churn_probability"], abs=1e-12)


def test_missing_cells_of_a_typed_table_are_blanks(tmp_path, engine):
    """Nulls and NaN both; a blank total of a new customer stands for nothing billed, any other is refused."""
    table = invent(4).assign(tenure="0", TotalCharges=" ")
    table.loc[4, "tenure"] = "5"
    rows = pa.Table.from_pandas(
        table.assign(**{name: pd.to_numeric(table[name], errors="coerce") for name in columns.names("number", "flag")}),
        preserve_index=False,
    )
    total = pa.array([None, float("nan"), None, None], pa.float64())
    rows = rows.set_column(rows.schema.get_field_index("TotalCharges"), "TotalCharges", total)
    rows = rows.set_column(rows.schema.get_field_index("Partner"), "Partner", pa.array(["Yes", "No", "No", None]))
    save(rows, tmp_path / "in.parquet")
    tally, _, left = scored(tmp_path / "in.parquet", engine)
    assert tally.rows == 2
    assert [(one["row"], one["column"], one["reason"]) for one in rejects(left)] == [
        ("2", "TotalCharges", "is blank"), ("3", "Partner", "is blank"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "kind", [pa.int8(), pa.int64(), pa.float32(), pa.decimal128(21, 2), pa.string(), pa.large_string()]
)
def test_numbers_may_have_any_type_that_holds_them(tmp_path, raw, engine, kind):
    path = write(raw, tmp_path / "in.parquet", tenure=kind)
    _, out, _ = scored(path, engine)
    same(out, expected(raw, engine))


@pytest.mark.parametrize(
    "kind",
    [
        pa.large_string(),
        pa.string_view(),
        pa.dictionary(pa.int8(), pa.string()),
        pa.dictionary(pa.uint32(), pa.large_string()),
    ],
)
@pytest.mark.parametrize("ending", [".parquet", ".arrow", ".arrows"])
def test_text_may_be_coded_or_not(tmp_path, raw, engine, kind, ending):
    path = write(raw, tmp_path / f"in{ending}", Contract=kind, customerID=pa.large_string())
    _, out, _ = scored(path, engine)
    same(out, expected(raw, engine))
