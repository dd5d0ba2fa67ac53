from tests.cases.page import BEGIN, PAGE, drawn


def test_the_page_about_cases_draws_the_states_and_laws_as_they_are() -> None:
    """After a change of states or laws: `python -m tests.cases.page`."""
    page = PAGE.read_text("utf-8")
    assert page[page.index(BEGIN) :] == drawn()
