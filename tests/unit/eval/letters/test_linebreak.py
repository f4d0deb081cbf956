"""Lines break at spaces and after hyphens, and lose nothing."""

from hypothesis import given
from hypothesis import strategies as st

from eval.letters.blocks import Run
from eval.letters.linebreak import Line, break_lines


def _characters(run: Run) -> float:
    return len(run.text)


def _texts(lines: tuple[Line, ...]) -> list[str]:
    return ["".join(run.text for run in line) for line in lines]


def _broken(text: str, width: int) -> list[str]:
    return _texts(break_lines((Run(text),), width, _characters))


def test_a_line_broken_at_a_space_keeps_it() -> None:
    assert _broken("one two three", 8) == ["one two ", "three"]


def test_a_line_breaks_after_a_hyphen_within_a_word() -> None:
    assert _broken("dated 11-21-2016", 12) == ["dated 11-21-", "2016"]


def test_a_hyphen_that_begins_a_word_does_not_break() -> None:
    assert _broken("about -5 of", 7) == ["about ", "-5 of"]


def test_a_word_without_hyphens_breaks_where_the_line_ends() -> None:
    assert _broken("abcdefgh", 3) == ["abc", "def", "gh"]


def test_weights_survive_a_break() -> None:
    lines = break_lines((Run("Decision rationale:", bold=True), Run(" It is so.")), 12, _characters)
    assert lines == (
        (Run("Decision ", bold=True),),
        (Run("rationale:", bold=True), Run(" ")),
        (Run("It is so."),),
    )


def test_an_empty_block_is_one_empty_line() -> None:
    assert break_lines((), 10, _characters) == ((),)


@given(st.lists(st.tuples(st.text("ab -\u00a0"), st.booleans())), st.integers(1, 12))
def test_no_character_is_lost_and_no_line_is_too_long(parts: list[tuple[str, bool]], width: int) -> None:
    runs = tuple(Run(text, weight) for text, weight in parts)
    lines = _texts(break_lines(runs, width, _characters))
    assert "".join(lines) == "".join(text for text, _ in parts)
    assert all(len(line.rstrip()) <= width for line in lines)
