def test_a_page_shows_its_question_and_figures(look):
    page = look("today")
    assert page.title[0].value == "Today"
    assert page.metric[0].label == "Customers at risk"
