"""Near-duplicates among quotes."""

from hypothesis import given
from hypothesis import strategies as st

from service.sayings import Sayings

FACT = "There is no documentation that six visits of therapy improved what this worker can do at home or on the job."


def test_the_same_words_are_heard_once() -> None:
    said = Sayings()
    assert said.is_new(FACT)
    assert not said.is_new(FACT.upper())
    assert not said.is_new(f"{FACT} The request is denied.")
    assert not said.is_new(FACT.replace("six", "eight"))


def test_other_words_are_new() -> None:
    said = Sayings()
    assert said.is_new(FACT)
    assert said.is_new("The scan shows a complete tear of the tendon.")
    assert said.is_new("")


@given(st.lists(st.text()))
def test_nothing_is_new_twice(quotes: list[str]) -> None:
    said = Sayings()
    for quote in quotes:
        said.is_new(quote)
    assert not any(said.is_new(quote) for quote in quotes)
