"""Text in paragraphs with stretches marked."""

from hypothesis import given
from hypothesis import strategies as st

from indexer.records import Span
from service.web.pages.marking import Segment, paragraphs, places_of, span_paragraphs

_TEXTS = st.text(alphabet="ab \n<", max_size=60)
_PLACES = st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=6)


@given(_TEXTS, _PLACES)
def test_nothing_is_lost_and_what_is_marked_was_to_be(text: str, places: list[tuple[int, int]]) -> None:
    shown = paragraphs(text, places)
    lines = [line for line in text.split("\n") if line.strip()]
    assert ["".join(segment.text for segment in line) for line in shown] == lines
    wanted = {at for start, end in places for at in range(max(start, 0), min(end, len(text)))}
    kept = [at for line in _lines(text) for at in line]
    marks = [segment.marked for line in shown for segment in line for _ in segment.text]
    assert marks == [at in wanted for at in kept]


def _lines(text: str) -> list[range]:
    found, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            found.append(range(at, at + len(line)))
        at += len(line) + 1
    return found


def test_a_place_over_two_paragraphs_is_linked_to_once() -> None:
    span = Span(text="one two\n\nthree four", start=100, end=118)
    assert span_paragraphs(span, (104, 114)) == (
        (Segment(text="one "), Segment(text="two", marked=True, anchor=True)),
        (Segment(text="three", marked=True), Segment(text=" four")),
    )


def test_a_place_elsewhere_marks_nothing() -> None:
    span = Span(text="one", start=100, end=103)
    assert span_paragraphs(span, (0, 100)) == span_paragraphs(span, None) == ((Segment(text="one"),),)


def test_words_are_found_whole_and_in_any_case() -> None:
    text = "Tramadol, not tramadols; low\nback (LOW BACK) 50mg a.b axb"
    found = [text[start:end] for start, end in places_of(("tramadol", "low back", "50mg", "a.b", " "), text)]
    assert found == ["Tramadol", "low\nback", "LOW BACK", "50mg", "a.b"]
    assert places_of((), text) == []


def test_what_is_telling_is_cut_from_what_is_marked() -> None:
    shown = paragraphs("one two three", [(4, 7)], telling=[(0, 7)])
    assert shown == (
        (
            Segment(text="one ", telling=True),
            Segment(text="two", marked=True, telling=True),
            Segment(text=" three"),
        ),
    )
