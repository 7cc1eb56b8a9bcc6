import io

import openpyxl
import pandas as pd
import pytest

import serving
from churn import contract
from churn.services.client.client import ChurnClient
from churn.services.dashboard.batch import read, results, score, workbook
from churn.services.dashboard.batch.read import Upload
from customers import invent
from looking import words


@pytest.fixture
def visit(look):
    """Look at the page with a file chosen."""

    def visit(name, content, **options):
        seen = look("batch", **options)
        seen.file_uploader[0].upload(name, content).run()
        assert not seen.exception
        return seen

    return visit


def table(rows=30, prefix="batch", **cells):
    made = invent(rows, seed=9).reset_index(drop=True).assign(**cells)
    made[contract.ID] = [f"{prefix}-{number}" for number in range(rows)]
    return made


def as_csv(made):
    return made.to_csv(index=False).encode()


def as_excel(sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, made in sheets.items():
        sheet = book.create_sheet(name)
        for row in [list(made.columns), *made.to_numpy().tolist()]:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def unwatched(rows, total):
    pass


def press(seen, label="Score it"):
    next(one for one in seen.button if one.label == label).click().run()
    assert not seen.exception
    return seen


def scores(url):
    with ChurnClient(url) as client:
        return client.portfolio().customers


def test_a_file_is_tried_out_and_nobody_s_score_changes(visit, service):
    before = scores(service)
    seen = press(visit("up.csv", as_csv(table())))
    assert "30 customers scored, none refused" in words(seen)
    assert {one.label for one in seen.metric} >= {"Expected to leave", "Monthly revenue at risk", "Worth an offer"}
    assert scores(service) == before
    assert contract.TARGET in words(seen)


def test_for_real_the_customers_get_their_score_once_however_often_the_page_runs(visit, service):
    before, content = scores(service), as_csv(table(12, "real"))
    seen = visit("up.csv", content)
    seen.radio[0].set_value("For real").run()
    press(seen)
    with ChurnClient(service) as client:
        first = client.last_prediction("real-3").prediction_id
        seen.run()
        assert not [one for one in seen.button if one.label == "Score it"]
        again = visit("other-name.csv", content)
        again.radio[0].set_value("For real").run()
        press(again)
        assert client.last_prediction("real-3").prediction_id == first
    assert scores(service) == before + 12


def test_refused_rows_are_told_with_line_column_and_reason(visit):
    made = table(8)
    made.loc[2, "gender"], made.loc[5, "tenure"] = "Other", "-3"
    seen = press(visit("up.csv", as_csv(made)))
    assert "6 customers scored, 2 rows refused" in words(seen)
    told = next(one.value for one in seen.dataframe if "line" in one.value)
    assert told[["line", "column", "value"]].to_numpy().tolist() == [[4, "gender", "Other"], [7, "tenure", "-3"]]
    assert "is one of 'Female', 'Male'" in words(seen)


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


def test_the_right_sheet_of_a_workbook_is_chosen_and_scored(visit):
    content = as_excel({"Notes": pd.DataFrame({"a": ["b"]}), "Customers": table(9)})
    seen = visit("up.xlsx", content)
    assert "is missing" in words(press(seen))
    seen.selectbox[0].set_value("Customers").run()
    assert "9 customers scored, none refused" in words(press(seen))


def test_a_workbook_that_would_fill_the_machine_is_not_unpacked(monkeypatch):
    content = as_excel({"Customers": table(9)})
    assert workbook.sheets(content, "up.xlsx") == ["Customers"]
    monkeypatch.setattr(workbook, "MOST_MB", 0.001)
    with pytest.raises(read.TableError, match="save the table as CSV"):
        workbook.sheets(content, "up.xlsx")


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


def test_a_file_that_broke_off_goes_on_where_it_did(service, monkeypatch):
    monkeypatch.setattr(score, "PIECE", 10)
    upload, seen = Upload("a.csv", as_csv(table(30, "torn"))), []

    def stop(rows, total):
        seen.append(rows)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with ChurnClient(service) as client:
        with pytest.raises(KeyboardInterrupt):
            score.score(client, upload, "production", "torn", stop)
        first = client.last_prediction("torn-0").prediction_id
        done = score.score(client, upload, "production", "torn", stop)
        assert client.last_prediction("torn-0").prediction_id == first
    assert (done.scored, seen) == (30, [10, 20, 10, 20, 30])


def test_ragged_lines_and_blank_names_are_no_stumbling_block(service):
    lines = as_csv(table(6, "ragged")).decode().splitlines()
    lines[2] += ",one too many"
    lines[4] = "," + lines[4].partition(",")[2]
    with ChurnClient(service) as client:
        done = score.score(client, Upload("a.csv", "\n".join(lines).encode()), "what_if", "ragged", unwatched)
    assert done.scored == 5
    assert [(one.row, one.reason) for one in done.rejects] == [(1, score.RAGGED)]


def test_more_rows_than_the_page_takes_are_refused_with_another_way(service, monkeypatch):
    monkeypatch.setattr(read, "MOST_ROWS", 20)
    monkeypatch.setattr(score, "PIECE", 10)
    with ChurnClient(service) as client, pytest.raises(read.TableError, match="churn score FILE"):
        score.score(client, Upload("a.csv", as_csv(table(30))), "what_if", "many", unwatched)


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


def test_one_visitor_s_results_are_not_another_s(visit, look):
    press(visit("up.csv", as_csv(table())))
    other = look("batch")
    assert "customers scored" not in words(other)


def test_a_service_that_goes_away_says_how_to_go_on(visit, tmp_path, monkeypatch):
    serving.bundled(tmp_path / "bundle")
    with serving.running(tmp_path) as url:
        seen = visit("up.csv", as_csv(table()), url=url)
    press(seen)
    assert "does not answer" in words(seen)
