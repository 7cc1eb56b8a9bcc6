"""Every page comes through the app: its sign-in, its frame, its list of pages."""


def test_a_page_that_is_asked_for_first_of_all_is_not_run_past_the_app(look):
    seen = look("customer")
    assert [one.label for one in seen.sidebar.button] == ["Read again"]
