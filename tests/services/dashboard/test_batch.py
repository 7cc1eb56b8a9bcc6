import csv
import io

import pandas as pd
import pytest

from churn import contract
from churn.services.client.client import ChurnClient
from churn.services.dashboard import spreadsheet
from churn.services.dashboard.batch import read, rejects, results, score
from churn.services.dashboard.batch.read import Upload
from looking import words
from uploads import as_csv, press, scores, table, unwatched


def test_a_file_is_tried_out_and_nobody_s_score_changes(visit, service):
    before = scores(service)
    seen = press(visit("up.csv", as_csv(table())))
    assert "30 customers scored, none refused" in words(seen)
    assert {one.label for one in seen.metric} >= {"Expected to leave", "Monthly revenue at risk", "Worth an offer"}
    assert scores(service) == before
    assert contract.TARGET in words(seen)


def test_refused_rows_are_told_with_number_column_and_reason(visit):
    made = table(8)
    made.loc[2, "gender"], made.loc[5, "tenure"] = "Other", "-3"
    seen = press(visit("up.csv", as_csv(made)))
    assert "6 customers scored, 2 rows refused" in words(seen)
    told = next(one.value for one in seen.dataframe if "number" in one.value)
    assert told[["number", "column", "value"]].to_numpy().tolist() == [[3, "gender", "Other"], [6, "tenure", "-3"]]
    assert "is one of 'Female', 'Male'" in words(seen)


def test_refused_rows_keep_their_number_behind_blank_lines_and_line_breaks_within_cells(service):
    made = table(8).assign(note="two\nlines")
    made.loc[5, "tenure"] = "-3"
    lines = as_csv(made).replace(b"\nbatch-1", b"\n\n\r\nbatch-1")
    with ChurnClient(service) as client:
        done = score.score(client, Upload("a.csv", lines), "what_if", "numbered", unwatched)
    told = list(csv.DictReader(io.StringIO(rejects.written(done).decode("utf-8-sig"))))
    assert [(one["number"], one["column"]) for one in told] == [("6", "tenure")]


def test_a_file_without_one_good_row_is_said_and_every_row_has_its_reason(visit):
    seen = press(visit("up.csv", as_csv(table(150, gender="Other"))))
    assert "None of the rows keeps the contract" in words(seen)
    assert "150 rows" in words(seen)
    assert not seen.metric


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("up.csv", b"", "empty"),
        ("up.csv", as_csv(table()).replace(b",", b";"), "not separated by commas"),
        ("up.csv", as_csv(table().drop(columns="tenure").assign(Tenur=1)), "'tenure' is missing; rename 'Tenur'"),
        ("up.csv", as_csv(table(gender="Müller")).decode().encode("utf-16"), "UTF-8"),
        ("up.csv", as_csv(table(note="Müller")).decode().encode("latin-1"), "UTF-8"),
        ("up.csv", as_csv(table().assign(churn_probability=0.5)), "scoring adds columns of these names"),
        ("up.csv", as_csv(table(0)), "no rows"),
        ("up.parquet", b"PAR1 torn", "not a whole table"),
        ("up.xlsx", b"PK not a workbook", "not an Excel workbook"),
    ],
)
def test_what_keeps_a_file_from_being_scored_is_said_in_words(service, name, content, said):
    upload = Upload(name, content, "Customers" if name.endswith("xlsx") else None)
    with ChurnClient(service) as client, pytest.raises(read.TableError) as fault:
        score.score(client, upload, "what_if", name, unwatched)
    assert said in str(fault.value)


def test_a_file_that_cannot_be_scored_is_said_on_the_page_and_nothing_is_scored(visit):
    seen = press(visit("up.csv", as_csv(table().drop(columns="tenure"))))
    assert "'tenure' is missing" in words(seen)
    assert "Nothing of it was scored" in words(seen)
    assert "not an Excel workbook" in words(visit("up.xlsx", b"PK no workbook"))


def test_a_parquet_file_with_numbers_is_scored_as_a_csv_file_is(service):
    made = table(40)
    typed = made.assign(**{name: pd.to_numeric(made[name], errors="coerce") for name in ("tenure", "MonthlyCharges")})
    written = io.BytesIO()
    typed.to_parquet(written, index=False)
    with ChurnClient(service) as client:
        both = [
            score.score(client, upload, "what_if", upload.digest, unwatched)
            for upload in (Upload("a.csv", as_csv(made)), Upload("a.parquet", written.getvalue()))
        ]
    assert both[0].scored == 40
    assert both[0].numbers("churn_probability").tolist() == both[1].numbers("churn_probability").tolist()


def test_ragged_lines_and_blank_names_are_no_stumbling_block(service):
    lines = as_csv(table(6, "ragged")).decode().splitlines()
    lines[2] += ",one too many"
    lines[4] = "," + lines[4].partition(",")[2]
    with ChurnClient(service) as client:
        done = score.score(client, Upload("a.csv", "\n".join(lines).encode()), "what_if", "ragged", unwatched)
    assert done.scored == 5
    assert [(one.row, one.reason) for one in done.rejects] == [(1, score.RAGGED)]


def test_what_is_taken_away_has_each_row_with_its_answer_and_no_formula(service):
    made = table(5, "away").assign(note=["=1+1", "-5", "@x", "plain", ""])
    with ChurnClient(service) as client:
        done = score.score(client, Upload("a.csv", as_csv(made)), "what_if", "away", unwatched)
    taken = pd.read_csv(io.BytesIO(results.as_csv(done)), dtype=str, keep_default_na=False)
    assert taken["note"].tolist() == ["'=1+1", "-5", "'@x", "plain", ""]
    assert taken[contract.ID].tolist() == made[contract.ID].tolist()
    again = pd.read_parquet(io.BytesIO(results.as_parquet(done)))
    assert again["churn_probability"].tolist() == done.numbers("churn_probability").tolist()
    assert again["note"].tolist() == made["note"].tolist()


def test_no_column_of_a_file_that_is_taken_away_is_called_as_a_formula(service):
    made = table(2, "called").rename(columns={contract.TARGET: '=HYPERLINK("x")'}).assign(**{"\ufeff\uff20b": "c"})
    with ChurnClient(service) as client:
        done = score.score(client, Upload("a.csv", as_csv(made)), "what_if", "called", unwatched)
    header = next(csv.reader(io.StringIO(results.as_csv(done).decode("utf-8-sig"))))
    assert header[: made.shape[1]] == [*made.columns[:-2], '\'=HYPERLINK("x")', "'\ufeff\uff20b"]


def test_a_header_is_no_formula_in_any_table_for_a_spreadsheet():
    told = spreadsheet.written(["=1", "b"], [["\uff0b1", -1]]).decode("utf-8-sig")
    assert told.splitlines() == ["'=1,b", "'\uff0b1,-1"]


WIDE = ("\uff1d", "\uff0b", "\uff0d", "\uff20")
BEHIND = ("\u200b=1", "\ufeff+1", "\0-1", "\u2060 \u200d\uff20a")


@pytest.mark.parametrize("text", [*WIDE, *BEHIND])
def test_a_formula_is_one_also_in_full_width_and_behind_what_nobody_sees(text):
    assert spreadsheet.plain(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "\u200ba", " 7", "\uff21"])
def test_other_texts_stay_as_they_are(text):
    assert spreadsheet.plain(text) == text


def test_one_visitor_s_results_are_not_another_s(visit, look):
    press(visit("up.csv", as_csv(table())))
    other = look("batch")
    assert "customers scored" not in words(other)
