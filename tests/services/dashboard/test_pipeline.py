"""How the model was made, looked at over services with and without reports."""

from churn.services.api.schemas.pipeline import Stage
from churn.services.dashboard.charts.graph import dot
from churn.services.dashboard.pipeline import reports
from looking import words


def test_a_page_of_a_report_cannot_leave_its_frame():
    drawn = reports.apart('</iframe><script src="x">')
    assert 'sandbox="allow-scripts"' in drawn
    assert "<script" not in drawn


def test_the_last_training_its_stages_and_candidates_are_shown(look, past):
    seen = look("pipeline", past)
    shown = {one.label: one.value for one in seen.metric}
    assert (shown["Last training"], shown["Candidates"], shown["Answers now"]) == ("finished", "1", "version 1")
    assert seen.get("graphviz_chart")
    assert seen.dataframe[-1].value["Candidate"].tolist() == ["boosting"]


def test_a_stage_can_be_looked_into(look, past):
    seen = look("pipeline", past).selectbox(key="pipeline_stage").set_value("train").run()
    assert "Fit the candidates" in words(seen)
    assert "not known" in seen.dataframe[1].value["Digest"].tolist()


def test_links_lead_to_mlflow_where_its_address_is_known(look, past):
    links = [one.proto.url for one in look("pipeline", past).get("link_button")]
    assert "http://mlflow.example:5000/#/runs/a1b2c3" in links
    links = [
        one.proto.url for one in look("pipeline", past, CHURN_MLFLOW_URL="http://127.0.0.1:5999/").get("link_button")
    ]
    assert "http://127.0.0.1:5999/#/models/telco-churn/versions/1" in links


def test_a_report_is_shown_apart_from_the_page_and_offered_as_a_file(look, past):
    seen = look("pipeline", past).segmented_control(key="pipeline_report").set_value("model_card.html").run()
    (frame,) = seen.get("iframe")
    assert frame.proto.srcdoc == reports.apart("<h1>The card</h1>")
    assert seen.get("download_button")


def test_a_report_that_is_not_there_is_said_to_be_missing(look, past):
    seen = look("pipeline", past).segmented_control(key="pipeline_report").set_value("kpi.html").run()
    assert "There is no report Promises kept" in words(seen)
    assert not seen.get("iframe")


def test_without_registry_and_reports_each_part_says_so(look):
    said = words(look("pipeline"))
    assert "This cannot be answered now" in said
    assert "The stages of this version are not known" in said
    assert "Choose a report" in said


def test_an_arrow_that_others_imply_is_left_out():
    names = {"a": [], "b": ["a"], "c": ["a", "b"]}
    stages = [
        Stage(name=name, words="", cmd="", deps=[], outs=[], params={}, digests={}, after=after)
        for name, after in names.items()
    ]
    drawn = dot(stages)
    assert '"a" -> "b"' in drawn
    assert '"b" -> "c"' in drawn
    assert '"a" -> "c"' not in drawn


def test_the_graph_follows_the_files_and_holds_no_foreign_words():
    stages = [
        Stage(name='a"b', words="first", cmd="", deps=[], outs=[], params={}, digests={}, after=["gone"]),
        Stage(name="c", words="", cmd="", deps=[], outs=[], params={}, digests={}, after=['a"b']),
    ]
    drawn = dot(stages)
    assert '"a\\"b" -> "c"' in drawn
    assert "gone" not in drawn
