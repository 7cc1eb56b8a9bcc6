"""Files of customers for the page Batch, and its button."""

import io

import openpyxl

from churn import contract
from churn.services.client.client import ChurnClient
from customers import invent


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


def unwatched(rows, total, scored):
    pass


def press(seen, label="Score it"):
    next(one for one in seen.button if one.label == label).click().run()
    assert not seen.exception
    return seen


def scores(url):
    with ChurnClient(url) as client:
        return client.portfolio().customers
