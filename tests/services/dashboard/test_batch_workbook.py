"""Workbooks on the page Batch: their sheets, and those that are torn or claim to be huge."""

import io
import zipfile

import openpyxl
import pandas as pd
import pytest
from openpyxl.chart import BarChart

from churn.services.client.client import ChurnClient
from churn.services.dashboard.batch import read, score, workbook
from churn.services.dashboard.batch.read import Upload
from looking import words
from uploads import as_csv, as_excel, press, table, unwatched

SHEET, BOOK, STYLES = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"
WORD = b't="inlineStr"><is><t>Yes</t></is>'


def changed(content, part, change):
    """Change a part of a workbook."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            new.writestr(one, change(old.read(one)) if one == part else old.read(one))
    return made.getvalue()


def flipped(content):
    """Flip bits where the sheet's packed cells begin."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        at = packed.getinfo(SHEET).header_offset + 30 + len(SHEET)
    return content[:at] + bytes([content[at] | 0b110]) + content[at + 1 :]


def with_cell(place):
    """Put one cell far from the table."""
    book = openpyxl.load_workbook(io.BytesIO(as_excel({"Customers": table(9)})))
    book.active[place] = "far"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def half(part):
    return part[: len(part) // 2]


def celled(kind):
    """Spoil the cells of a sheet that hold a word."""
    return lambda content: changed(content, SHEET, lambda part: part.replace(WORD, kind))


def scored(service, content):
    with ChurnClient(service) as client:
        return score.score(client, Upload("up.xlsx", content, "Customers"), "what_if", "book", unwatched)


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


@pytest.mark.parametrize(
    "spoil",
    [
        *(lambda content, part=part: changed(content, part, half) for part in (SHEET, BOOK, STYLES)),
        flipped,
        celled(b't="n"><v>Yes</v>'),
        celled(b't="s"><v>99999</v>'),
    ],
    ids=["sheet cut", "workbook cut", "styles cut", "byte flipped", "cell of letters", "cell of nowhere"],
)
def test_a_torn_workbook_is_said_in_words(visit, spoil):
    content = spoil(as_excel({"Customers": table(9)}))
    seen = visit("up.xlsx", content)
    if "not an Excel workbook" not in words(seen):
        press(seen)
    assert "torn, or not an Excel workbook" in words(seen)
    assert "Nothing of it was scored" in words(seen)


def test_a_sheet_that_holds_a_chart_alone_is_not_offered():
    book = openpyxl.load_workbook(io.BytesIO(as_excel({"Customers": table(9)})))
    book.create_chartsheet("Chart", 0).add_chart(BarChart())
    content = io.BytesIO()
    book.save(content)
    assert workbook.sheets(content.getvalue(), "up.xlsx") == ["Customers"]


@pytest.mark.parametrize("place", ["XFD4000", "XFD1048576"])
def test_a_cell_far_to_the_right_is_said_at_once(service, place):
    with pytest.raises(read.TableError, match="'Customers': its cells reach past column 500"):
        scored(service, with_cell(place))


def test_a_cell_far_below_is_a_row_of_its_own_and_costs_no_time(service):
    done = scored(service, with_cell("A1048576"))
    assert (done.scored, {one.row for one in done.rejects}) == (9, {9})


def test_a_sheet_of_too_many_rows_is_read_no_further(tmp_path):
    content = as_excel({"Customers": table(30)})
    workbook.to_csv(content, "up.xlsx", "Customers", tmp_path / "rows.csv", 12)
    assert len(pd.read_csv(tmp_path / "rows.csv")) == 13


def test_what_came_of_a_file_is_not_shown_under_one_that_cannot_be_read(visit):
    seen = press(visit("up.csv", as_csv(table())))
    seen.file_uploader[0].upload("up.xlsx", b"PK no workbook").run()
    assert "cannot be scored" in words(seen)
    assert "30 customers scored" not in words(seen)
