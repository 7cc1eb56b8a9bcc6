"""The frame of every report."""

import subprocess
import sys

import numpy as np
import pytest

from churn.page import numbers
from churn.page.blocks import Card, Cards, Command, Folded, Grid, Note, Page, Points, Section, Table, Text
from churn.page.drawing import BLUE, INK, MUTED, VARIABLES, WIDE, draw, label
from churn.page.inline import Bar, Code, Link, Mark, Value
from churn.page.render import render
from pages import assert_whole

HOSTILE = "<script>alert(1)</script>\"' onload=x &amp; $\\frac{1$ {{ 7*7 }}"


def paint(axes):
    axes.plot([0, 1], [0, 1], color=BLUE, marker="o", label=HOSTILE)
    axes.fill_between([0, 1], [0, 1], color=BLUE, alpha=0.2)
    axes.text(0.2, 0.5, HOSTILE, color=INK)
    axes.axhline(0.5, color=MUTED)
    axes.set(xlabel=HOSTILE, title=HOSTILE)
    axes.legend()


def everything(words: str) -> Page:
    blocks = (
        Cards((Card(words, words, words, "good"), Card(words, words))),
        Text(words, Code(words), Link(words, "other.html"), Mark(words, "bad"), Bar(words, 0.5), Value(words, words)),
        Points(words, Text(words)),
        Note(words, "warn"),
        Command(words),
        Table((words, words), [[words, Bar(words, None)], [Code(words), Mark(words)]], "lr", words),
        Grid((draw(words, words, paint), draw(words, words, paint))),
        Folded(words, (draw(words, words, paint, WIDE),)),
    )
    return Page(words, words, (Section(words, blocks), Section("Second", (Text(words),))), ((words, words),))


def test_the_same_page_gives_the_same_bytes():
    assert render(everything("plain")) == render(everything("plain"))


def test_bytes_do_not_depend_on_the_process():
    words = (
        "import sys, hashlib; sys.path.insert(0, 'tests/page'); from test_page import everything, render;"
        "print(hashlib.sha256(render(everything('plain'))).hexdigest())"
    )
    run = {"args": [sys.executable, "-c", words], "capture_output": True, "text": True}
    said = {
        subprocess.run(**run, check=True, env={"PYTHONHASHSEED": seed, "PYTHONPATH": "src:tests", "PATH": ""}).stdout
        for seed in "12"
    }
    assert len(said) == 1


def test_a_page_is_whole_by_itself():
    assert_whole(render(everything("plain")))


def test_hostile_words_stay_words():
    content = render(everything(HOSTILE))
    seen = assert_whole(content)
    assert "script" not in seen.tags
    assert seen.text.count("<script>alert(1)</script>") > 30
    assert "49" not in seen.text


def test_figures_speak_to_those_who_do_not_see_them():
    text = render(everything("plain")).decode()
    assert text.count("<svg role=") == text.count("</title><desc") == 3
    for number in (1, 2, 3):
        assert f'aria-labelledby="figure-{number}-title figure-{number}-desc"' in text


def test_colours_follow_the_readers_light():
    text = render(everything("plain")).decode()
    drawing = text[text.index("<svg") : text.index("</svg>")]
    assert "var(--blue)" in drawing
    assert not [colour for colour in VARIABLES if colour in drawing]
    style = text[text.index("<style>") : text.index("</style>")]
    assert all(style.count(f"--{name}:") >= 2 for name in VARIABLES.values())


def test_labels_in_letters_the_font_lacks_are_drawn():
    drawn = draw("a", "b", lambda axes: axes.set_xticks([0, 1], ["表", "\N{PILE OF POO}"]))
    assert "表" in drawn.svg


def test_a_label_holds_no_control_character_and_is_not_long():
    assert label("a\x00b\u202ec") == "a b c"
    assert label("x" * 99) == "x" * 25 + "…"
    assert label(" \n") == "(blank)"


def test_what_links_away_is_refused():
    for to in ("https://example.org", "//example.org", "/etc/passwd", "javascript:alert(1)"):
        with pytest.raises(ValueError, match="links to files beside it"):
            Link("there", to)


def test_a_crooked_table_is_refused():
    with pytest.raises(ValueError, match="2 columns"):
        Table(("a", "b"), [["one"]])
    with pytest.raises(ValueError, match="2 columns"):
        Table(("a", "b"), [], "lrr")


def test_two_sections_under_one_anchor_are_refused():
    with pytest.raises(ValueError, match="one anchor"):
        render(Page("a", "b", (Section("What?", ()), Section("what", ()))))


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), "0.8", True, np.float64("nan")])
def test_what_is_no_number_is_unknown(value):
    for spell in (numbers.count, numbers.amount, numbers.share, numbers.decimal, numbers.plain):
        assert spell(value) == "unknown"
    assert numbers.measured({"value": value, "reason": "nobody left"}) == "unknown (nobody left)"


def test_numbers_are_spelt_alike_everywhere():
    assert numbers.count(7043) == "7,043"
    assert numbers.amount(-1461.8) == "\N{MINUS SIGN}1,462"
    assert numbers.share(0.26537) == "26.5%"
    assert numbers.decimal(-0.05316) == "\N{MINUS SIGN}0.053"
    assert numbers.plain(29.85) == "29.85"
    assert numbers.measured({"value": 0.8472, "low": 0.82639, "high": 0.869995}) == "0.847 (0.826 to 0.870)"
    assert numbers.measured(None) == "unknown"
    assert numbers.digest("f5fe791ca578a0c4") == "f5fe791ca578"


def test_an_api_worker_loads_no_frame():
    words = (
        "import churn.services.api.app, sys; print(sorted({'matplotlib', 'jinja2', 'churn.page'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True).stdout
    assert said == "[]\n"
