"""Running heads and page numbers leave the letter and are logged."""

import pytest

from indexer.parse.furniture import case_in_running_heads, set_aside
from indexer.read.lines import Break, Line

HEAD = "Final Determination Letter for IMR Case Number CM14-0012345"


def _lines(*texts: str) -> list[Line]:
    return [Line(text=text, page=None, before="none") for text in texts]


@pytest.mark.parametrize("text", [HEAD, f"{HEAD} Page 2 of 4", f"{HEAD} 3", "Page 2 of 4", "page 7", "- 3 -"])
def test_furniture_is_removed(text: str) -> None:
    kept, removed = set_aside(_lines("before", text, "after"))
    assert [line.text for line in kept] == ["before", "after"]
    assert [(line.text, line.line) for line in removed] == [(text, 2)]


@pytest.mark.parametrize("text", ["Page(s): 78-80", "#60", "The Final Determination Letter for IMR Case Number", "12"])
def test_the_letters_own_lines_stay(text: str) -> None:
    kept, removed = set_aside(_lines("before", text, "after"))
    assert [line.text for line in kept] == ["before", text, "after"]
    assert removed == ()


def test_a_wrapped_running_head_is_removed_whole() -> None:
    kept, removed = set_aside(
        _lines("before", "Final Determination Letter for IMR", "Case Number CM14-0012345", "after")
    )
    assert [line.text for line in kept] == ["before", "after"]
    assert [line.line for line in removed] == [2, 3]


def test_a_letter_may_end_within_furniture() -> None:
    kept, _ = set_aside(_lines("text", "Final Determination Letter for IMR"))
    assert [line.text for line in kept] == ["text"]
    kept, _ = set_aside(_lines("Final Determination Letter for IMR", "text"))
    assert len(kept) == 2


@pytest.mark.parametrize(("edge", "left"), [("page", "page"), ("none", "blank")])
def test_the_white_space_around_it_stays(edge: Break, left: Break) -> None:
    lines = [*_lines("before"), Line(text=HEAD, page=None, before=edge), *_lines("after")]
    kept, _ = set_aside(lines)
    assert kept[1].before == left


def test_the_case_number_stands_in_a_running_head() -> None:
    _, removed = set_aside(_lines("x", "Page 1 of 2", "Final Determination Letter for IMR Case Number cm14-0012345"))
    assert case_in_running_heads(removed) == "CM14-0012345"
    assert case_in_running_heads(()) is None
