"""A BEIR corpus indexed on the fly."""

import math
from pathlib import Path

import pytest

from eval.beir import BeirBm25, Itself, bodies, windowed
from eval.datasets import CorpusText, Query
from indexer.embed import HashingEmbedder

CORPUS = (
    CorpusText(id="d3", title="", text="untitled words"),
    CorpusText(id="d1", title="Knee braces", text="A brace holds a knee."),
    CorpusText(id="d2", title="Claims", text="A claim to be argued."),
    CorpusText(id="d4", title="", text="untitled words"),
)


def test_bodies_join_title_and_text_in_order_of_id() -> None:
    assert bodies(CORPUS) == [
        ("d1", "Knee braces A brace holds a knee."),
        ("d2", "Claims A claim to be argued."),
        ("d3", "untitled words"),
        ("d4", "untitled words"),
    ]


def test_bm25_scores_by_the_formula(tmp_path: Path) -> None:
    found = BeirBm25(CORPUS, tmp_path).rank(Query(id="q", text="The KNEES, untitled?"), 10)
    # Without a, to and be; brace and braces are one word.
    average = (5 + 3 + 2 + 2) / 4

    def score(times: int, having: int, length: int) -> float:
        idf = math.log(1 + (4 - having + 0.5) / (having + 0.5))
        return idf * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * length / average))

    expected = {"d1": score(2, 1, 5), "d3": score(1, 2, 2), "d4": score(1, 2, 2)}
    assert dict(found) == pytest.approx(expected, rel=1e-3)
    assert [corpus_id for corpus_id, _ in found] == ["d1", "d3", "d4"]


def test_bm25_limit_and_no_words(tmp_path: Path) -> None:
    bm25 = BeirBm25(CORPUS, tmp_path)
    assert [corpus_id for corpus_id, _ in bm25.rank(Query(id="q", text="untitled words"), 1)] == ["d3"]
    assert bm25.rank(Query(id="q", text="?!"), 5) == []


@pytest.mark.parametrize("text", ["A claim to  be argued.", "Claims A claim to be argued."])
def test_the_document_that_is_the_query_is_left_out(tmp_path: Path, text: str) -> None:
    query = Query(id="d2", text=text)
    assert Itself(CORPUS)(query) == {"d2"}
    assert "d2" not in dict(BeirBm25(CORPUS, tmp_path).rank(query, 10))


def test_the_same_id_alone_does_not_make_it_the_query(tmp_path: Path) -> None:
    query = Query(id="d2", text="claim")
    assert Itself(CORPUS)(query) == frozenset()
    assert "d2" in dict(BeirBm25(CORPUS, tmp_path).rank(query, 10))
    assert Itself(CORPUS)(Query(id="q", text="A claim to be argued.")) == frozenset()


def test_windows_hold_every_sentence_under_the_title() -> None:
    sentences = [f"Sentence number {number} has six words." for number in range(12)]
    corpus = (
        CorpusText(id="long", title="Of windows", text=" ".join(sentences)),
        CorpusText(id="d1", title="", text="Short."),
    )
    count = HashingEmbedder().count
    found = list(windowed(corpus, count, 24, 1))
    long = [text for corpus_id, text in found if corpus_id == "long"]
    assert len(long) > 3
    assert all(text.startswith("Of windows. ") for text in long)
    assert max(count(long)) <= 24
    assert all(any(sentence in text for text in long) for sentence in sentences)
    assert ("d1", "Short.") in found


def test_a_document_without_a_text_is_its_title() -> None:
    assert list(windowed([CorpusText(id="d", title="Only a title", text="")], HashingEmbedder().count, 24, 1)) == [
        ("d", "Only a title")
    ]
