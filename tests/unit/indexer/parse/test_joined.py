"""Lines as one text, with their places."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from indexer.parse.joined import Joined, join
from indexer.read.lines import Line

WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=9)
LINES = st.lists(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=9)


def _line(text: str, *, spaced: bool = False) -> Line:
    return Line(text=text, page=None, before="none", spaced=spaced)


def test_a_hyphen_closes_up_and_a_dash_does_not() -> None:
    assert join([_line("L4-"), _line("5")]).text == "L4-5"
    assert join([_line("pain -"), _line("severe")]).text == "pain - severe"
    assert join([_line("pre-", spaced=True), _line("and post-operative")]).text == "pre- and post-operative"


@given(LINES)
def test_every_line_stands_where_it_is_said_to(texts: list[str]) -> None:
    letter = join([_line(text) for text in texts])
    for index, text in enumerate(texts):
        assert letter.text[letter.starts[index] : letter.end_of(index)] == text
        assert letter.opens_line(letter.starts[index])
        assert letter.closes_line(letter.end_of(index))
        assert letter.line_at(letter.end_of(index) - 1) == index


def test_where_a_sentence_may_begin(joined: Callable[[str], Joined]) -> None:
    letter = joined("It ends. Then it\ngoes on")
    places = [place for place in range(len(letter.text)) if letter.may_open(place)]
    assert places == [0, letter.text.index(" Then"), letter.text.index("Then"), letter.text.index("goes")]
