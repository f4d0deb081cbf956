"""The marks file: whole, by the codebook, with no text in it."""

from collections import Counter

import pytest

from eval.lines import DatasetFault, read_json_lines
from eval.marks.deciding import measure
from eval.marks.gold import MARKS, Mark, Marked, load_marked
from eval.marks.reasons import rightness
from indexer.reasonlist import reason_codes
from tests.support.fake_index import Decided, FakeIndex, letter

FACT = "He sleeps badly."
LETTER = letter("a", None, Decided("Tramadol", f"One. {FACT} Two."))
START = LETTER.items[0].rationale.start + len("One. ")
MARK = Mark("a#1", "build", (START, START + len(FACT)), (), ("no_indication",), ("already_done",))


def test_the_packaged_marks_are_whole() -> None:
    marks = [mark for _, mark in read_json_lines(MARKS, Mark)]
    assert len({mark.id for mark in marks}) == len(marks) == 258
    halves = Counter(mark.half for mark in marks)
    assert halves == {"build": 51, "held_out": 69, "second_build": 69, "second_held_out": 69}
    codes = {code.name for code in reason_codes()}
    for mark in marks:
        assert {*mark.reasons, *mark.disputed} <= codes
        assert not {*mark.reasons} & {*mark.disputed}


def test_marks_are_joined_with_their_items(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("marks") / "marks.jsonl"
    line = '{"id": "%s", "half": "build", "deciding": [%d, %d], "also": [], "reasons": [], "disputed": []}\n'
    path.write_text(line % ("a#1", *MARK.deciding))
    (marked,) = load_marked(FakeIndex(LETTER), path)
    assert marked.determination.text[slice(*marked.mark.deciding)] == FACT
    for broken in (line % ("b#1", 0, 1), line % ("a#9", 0, 1), line % ("a", 0, 1), line % ("a#1", 0, 1), ""):
        path.write_text(broken)
        with pytest.raises(DatasetFault):
            load_marked(FakeIndex(LETTER), path)


def test_a_disputed_code_is_neither_rewarded_nor_punished() -> None:
    overall, *by_code = rightness(
        [(MARK, {"no_indication", "already_done", "no_independent_reasoning"}), (MARK, set())]
    )
    assert (overall.right, overall.wrong, overall.missed) == (1, 0, 1)
    assert (overall.precision, overall.recall) == (1.0, 0.5)
    assert [one.code for one in by_code] == ["no_indication"]
    assert rightness([(MARK, {"follows_primary"})])[0].precision == 0.0
    assert rightness([])[0].precision is None


def test_a_quote_holds_a_sentence_or_it_does_not() -> None:
    marked = Marked(MARK, LETTER, LETTER.items[0])
    span = LETTER.items[0].rationale
    shares = measure([marked], {"whole": lambda _: (span.start, span.end), "half": lambda _: (START, START + 3)})
    assert [(one.selector, one.half, one.n, one.deciding) for one in shares] == [
        ("whole", "all", 1, 1.0),
        ("whole", "build", 1, 1.0),
        ("half", "all", 1, 0.0),
        ("half", "build", 1, 0.0),
    ]
    assert shares[0].sentences == 3
