"""Words: BM25 as tantivy has it, filters, ties, and any text at all."""

import math
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import tantivy
from hypothesis import given
from hypothesis import strategies as st

from indexer.columns import BoolArray
from indexer.store.words import Words
from indexer.store.words_schema import words_schema
from indexer.store.words_writing import write_words

BODIES = [
    "tramadol for the low back",
    "lumbar mri of the low back",
    "tramadol tramadol and more tramadol",
    "knee brace",
    "knee brace",
    "Vitamin_B12 shots, L4-5 and #60",
    "",
    "knee brace",
]
K1, B = 1.2, 0.75


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Words:
    """The bodies, written and opened."""
    folder = tmp_path_factory.mktemp("words") / "words"
    write_words(folder, ((row, (body,)) for row, body in enumerate(BODIES)))
    return Words(folder)


def mask(slots: int, allowed: list[int]) -> BoolArray:
    """Allow some slots."""
    found = np.zeros(slots, dtype=np.bool_)
    found[allowed] = True
    return found


def bm25(query: str) -> dict[int, float]:
    """Score every body by the formula, with Lucene's idf."""
    split = [Counter(re.findall(r"[^\W_]+", body.lower())) for body in BODIES]
    average = sum(sum(body.values()) for body in split) / len(split)
    scores: dict[int, float] = {}
    for item, body in enumerate(split):
        norm = K1 * (1 - B + B * sum(body.values()) / average)
        for word, times in Counter(re.findall(r"[^\W_]+", query.lower())).items():
            having = sum(word in other for other in split)
            if word in body:
                idf = math.log(1 + (len(split) - having + 0.5) / (having + 0.5))
                scores[item] = scores.get(item, 0) + times * idf * body[word] * (K1 + 1) / (body[word] + norm)
    return scores


@given(st.lists(st.sampled_from(sorted({*" ".join(BODIES).split(), "absent"})), max_size=8).map(" ".join))
def test_scores_are_those_of_the_formula(words: Words, query: str) -> None:
    expected = bm25(query)
    found = words.search(query, len(BODIES))
    assert {hit.slot for hit in found} == set(expected)
    for hit in found:
        assert hit.score == pytest.approx(expected[hit.slot], rel=1e-4)


def test_a_ranking_known_by_hand(words: Words) -> None:
    assert [hit.slot for hit in words.search("tramadol", 5)] == [2, 0]
    assert [hit.slot for hit in words.search("low back mri", 5)] == [1, 0]
    assert words.search("nothing of it", 5)[0].slot in {0, 1}
    assert words.search("absent", 5) == []


def test_whatever_ties_with_the_last_comes_too_in_the_order_of_slots(words: Words) -> None:
    for limit in (1, 2, 3):
        assert [hit.slot for hit in words.search("knee brace", limit)] == [3, 4, 7]
    assert len({hit.score for hit in words.search("knee brace", 3)}) == 1


def test_nothing_beyond_the_limit_but_ties(words: Words) -> None:
    assert [hit.slot for hit in words.search("tramadol", 1)] == [2]


@pytest.mark.parametrize("limit", [1, 7, 50, 120])
def test_ties_are_whole_whatever_tantivy_s_segments(tmp_path: Path, limit: int) -> None:
    index = tantivy.Index(words_schema(), path=str(tmp_path))
    for first in (80, 40, 0):
        writer = index.writer(15_000_000, 1)
        for item in range(first + 39, first - 1, -1):
            document = tantivy.Document()
            document.add_integer("slot", item)
            document.add_text("body", "knee brace")
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
    assert [hit.slot for hit in Words(tmp_path).search("brace", limit)] == list(range(120))


@pytest.mark.parametrize(("allowed", "expected"), [([4, 7], [4, 7]), ([0, 1, 7], [7]), ([0], []), ([], [])])
def test_only_allowed_slots_are_found_with_their_scores_unchanged(
    words: Words, allowed: list[int], expected: list[int]
) -> None:
    found = words.search("knee brace", 5, mask(len(BODIES), allowed))
    assert [hit.slot for hit in found] == expected
    free = {hit.slot: hit.score for hit in words.search("knee brace", 5)}
    assert all(hit.score == free[hit.slot] for hit in found)


def test_a_repeated_word_counts_as_often_as_it_stands(words: Words) -> None:
    once, twice = words.search("knee", 1)[0], words.search("knee Knee", 1)[0]
    assert twice.score == pytest.approx(2 * once.score)


@pytest.mark.parametrize(("query", "item"), [("VITAMIN", 5), ("b12", 5), ("vitamin_b12", 5), ("L4-5", 5), ("#60", 5)])
def test_words_are_cut_as_tantivy_cuts_them(words: Words, query: str, item: int) -> None:
    assert [hit.slot for hit in words.search(query, 5)] == [item]


@pytest.mark.parametrize("query", ["", "  ", "!?", "_", "#", "'", "\ud800", "\x00"])
def test_a_text_without_words_finds_nothing(words: Words, query: str) -> None:
    assert words.search(query, 5) == []


@given(st.text())
def test_any_text_is_a_query(words: Words, text: str) -> None:
    found = words.search(f"{text} knee {text}", 3)
    assert len(found) >= 1
    assert words.search(text, 0) == []


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40), st.sampled_from('"():+-*~^[]{}\\/&|!'))
def test_nothing_in_a_text_is_query_language(words: Words, text: str, mark: str) -> None:
    scores = {hit.slot: hit.score for hit in words.search(f"{text} {mark}knee{mark} {mark}", len(BODIES))}
    assert {3, 4, 7} <= set(scores)


def test_long_words_are_left_out_on_both_sides(tmp_path: Path) -> None:
    longest, longer = "a" * 39, "b" * 40
    write_words(tmp_path / "words", [(0, (f"{longest} {longer}",))])
    opened = Words(tmp_path / "words")
    assert [hit.slot for hit in opened.search(longest, 1)] == [0]
    assert opened.search(longer, 1) == []


def test_a_query_of_many_words(words: Words) -> None:
    many = " ".join(f"word{number}" for number in range(20_000))
    assert [hit.slot for hit in words.search(f"{many} mri", 5)] == [1]


def test_no_items_at_all(tmp_path: Path) -> None:
    write_words(tmp_path / "words", [])
    assert Words(tmp_path / "words").search("knee", 5) == []


def test_stems_meet_and_stop_words_do_not(tmp_path: Path) -> None:
    write_words(
        tmp_path / "words", [(0, ("the request was denied",)), (1, ("no denial of the injections",)), (2, ("the the",))]
    )
    words = Words(tmp_path / "words")
    assert [hit.slot for hit in words.search("injected", 9, stemmed=True)] == [1]
    assert words.search("injected", 9) == []
    assert {hit.slot for hit in words.search("denied the injection", 9, stemmed=True)} == {0, 1}
    # A text of nothing but stop words is still searched by them.
    assert {hit.slot for hit in words.search("the", 9, stemmed=True)} == {0, 1, 2}


@pytest.mark.parametrize(
    ("phrases", "slots"),
    [
        (["low back"], [0, 1]),
        (["LOW  Back"], [0, 1]),
        (["back low"], []),
        (["tramadol"], [0, 2]),
        (["low back", "tramadol"], [0]),
        (["b12 shots l4"], [5]),
        (["#60"], [5]),
        (["."], []),
        (["low back", ""], []),
        (["knee " + "x" * 40], []),
    ],
)
def test_phrases_are_words_in_a_row(words: Words, phrases: list[str], slots: list[int]) -> None:
    assert words.holding(phrases) == slots


def test_no_phrase_crosses_from_title_to_rationale(tmp_path: Path) -> None:
    write_words(tmp_path / "words", [(0, ("Knee brace", "is denied")), (1, ("Knee", "brace is denied"))])
    opened = Words(tmp_path / "words")
    assert opened.holding(["brace is"]) == [1]
    assert opened.holding(["knee brace"]) == [0]
    assert [hit.slot for hit in opened.search("brace", 5)] == [0, 1]


def test_nothing_is_held_where_nothing_is_written(tmp_path: Path) -> None:
    write_words(tmp_path / "words", [])
    assert Words(tmp_path / "words").holding(["knee"]) == []


@given(st.text(max_size=20))
def test_any_text_is_a_phrase(words: Words, text: str) -> None:
    split = re.findall(r"[^\W_]+", text.lower())
    held = [re.findall(r"[^\W_]+", body.lower()) for body in BODIES]
    runs = [any(one[at : at + len(split)] == split for at in range(len(one))) for one in held]
    assert words.holding([text]) == [row for row, found in enumerate(runs) if split and found]


def test_frequency_counts_items(words: Words) -> None:
    assert [words.frequency(word) for word in ("tramadol", "Knee", "absent", "")] == [2, 3, 0, 0]
