"""Blocks of rows and columns: spelt for an answer and for the ledger, each row comes back as it went in."""

import orjson
import pytest

import models
import serving
from churn.scoring.engine import Engine
from churn.services.api import blocks
from churn.services.api.pieces import pieces
from churn.stores.ledger import columnar

FAULTY = serving.customer(tenure=-1)


@pytest.fixture(scope="module")
def engine():
    return Engine(models.model().model, 7)


def rows(number, **more):
    return [
        serving.customer(customerID=f"c{n}", tenure=n % 73, MonthlyCharges=18.25 + n % 90, **more)
        for n in range(number)
    ]


@pytest.mark.parametrize("number", [1, 2, 32, 33, 200])
def test_a_block_is_spelt_as_a_dict_a_row_would_be(engine, number):
    block, faulty = blocks.score(engine, rows(number), 40, frozenset())
    told = [
        {"index": 40 + n, **answer, "model_version": 7, "prediction_id": f"abc.{40 + n}"}
        for n, answer in enumerate(engine.answers(rows(number)))
    ]
    assert not faulty
    assert b"[" + blocks.spelt(block, "abc", 7) + b"]" == orjson.dumps(told)


@pytest.mark.parametrize("number", [3, 60])
def test_the_ledger_gives_back_what_was_asked_and_answered(engine, number):
    given = rows(number)
    del given[1]["customerID"]
    given.insert(1, FAULTY)
    block, faulty = blocks.score(engine, given, 5, frozenset())
    assert [index for index, _ in faulty] == [6]
    kept = list(columnar.entries(block.asked(), block.answered()))
    valid = [(index, row) for index, row in enumerate(given, 5) if row is not FAULTY]
    assert [(index, row) for index, row, _ in kept] == valid
    assert [answer for *_, answer in kept] == engine.answers([row for _, row in valid]) == block.answers()
    assert block.rows() == [row for _, row in valid]


def test_a_block_without_some_rows_has_nulls_in_their_places(engine):
    block, _ = blocks.score(engine, rows(40), 0, frozenset())
    asked, answered = block.asked(), block.answered()
    assert columnar.without(asked, answered, {90}) == (asked, answered)
    left = list(columnar.entries(*columnar.without(asked, answered, {3, 39})))
    whole = list(columnar.entries(asked, answered))
    assert left == [(index, None, None) if index in {3, 39} else (index, row, told) for index, row, told in whole]


def test_pieces_are_lists_with_the_elements_of_the_whole():
    given = [{"n": n, "text": "x" * 90} for n in range(9000)]
    cut = list(pieces(orjson.dumps(given)))
    assert len(cut) > 2
    assert [row for piece in cut for row in orjson.loads(piece)] == given


def test_a_cut_within_a_text_leaves_a_piece_that_is_no_list():
    cut = list(pieces(orjson.dumps([{"text": "},{" * 200_000}])))
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(cut[0])


@pytest.mark.parametrize("between", [b",", b" , ", b",\n"])
def test_a_body_is_cut_whatever_blanks_stand_between(between):
    body = b"[" + between.join([b'{"a":1}'] * 60_000) + b"]"
    assert sum(len(orjson.loads(piece)) for piece in pieces(body)) == 60_000
