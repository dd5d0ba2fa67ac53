from tests.letters.page import BEGIN, PAGE, shown


def test_the_page_about_letters_shows_each_letter_as_it_is() -> None:
    """After a change of a letter: `python -m tests.letters.page`."""
    page = PAGE.read_text("utf-8")
    assert page[page.index(BEGIN) :] == shown()
