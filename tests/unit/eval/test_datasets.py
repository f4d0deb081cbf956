"""The two forms of a dataset, and what is said of broken ones."""

from pathlib import Path
from typing import Any

import pytest

from config.errors import Fault
from eval.datasets import CorpusText, Query, load_dataset

QUERIES = [
    {"_id": "t:1", "kind": "titles", "text": "hydrocodone", "exclude_case": "CM20-1"},
    {"_id": "t:2", "text": "brace"},
]
QRELS = [("t:1", "CM20-2#1", 3), ("t:1", "CM20-3#1", 0), ("t:2", "letter-dd#1", 1)]


def test_imr_form(write_dataset: Any) -> None:
    dataset = load_dataset(write_dataset(QUERIES, QRELS))
    assert (dataset.form, dataset.name, dataset.corpus) == ("imr", "toy", ())
    assert dataset.queries == (
        Query(id="t:1", text="hydrocodone", kind="titles", exclude_case="CM20-1"),
        Query(id="t:2", text="brace"),
    )
    assert dataset.qrels == {"t:1": {"CM20-2#1": 3, "CM20-3#1": 0}, "t:2": {"letter-dd#1": 1}}


def test_imr_queries_without_anything_relevant_are_named_and_left_out(write_dataset: Any) -> None:
    queries = [*QUERIES, {"_id": "t:3", "text": "unjudged"}, {"_id": "t:4", "text": "judged, nothing relevant"}]
    dataset = load_dataset(write_dataset(queries, [*QRELS, ("t:4", "CM20-1#1", 0)]))
    assert [query.id for query in dataset.queries] == ["t:1", "t:2"]
    assert dataset.without_relevant == ("t:3", "t:4")
    assert set(dataset.qrels) == {"t:1", "t:2"}


def test_beir_form_runs_the_judged_queries_only(write_dataset: Any) -> None:
    corpus = [
        {"_id": "d1", "title": "Braces", "text": "For knees.", "metadata": {"url": "x"}},
        {"_id": "d2", "text": "No title."},
    ]
    queries = [{"_id": "1", "text": "knees", "metadata": {}}, {"_id": "2", "text": "of the training split"}]
    dataset = load_dataset(write_dataset(queries, [("1", "d1", 1)], corpus))
    assert dataset.form == "beir"
    assert [query.id for query in dataset.queries] == ["1"]
    assert dataset.without_relevant == ()
    assert dataset.corpus == (
        CorpusText(id="d1", title="Braces", text="For knees."),
        CorpusText(id="d2", title="", text="No title."),
    )


def test_lines_end_at_newlines_only(write_dataset: Any) -> None:
    folder = write_dataset(QUERIES, QRELS)
    text = '\ufeff{"_id": "t:1", "text": "one\u2028line"}\r\n\r\n{"_id": "t:2", "text": "two"}'
    (folder / "queries.jsonl").write_bytes(text.encode())
    assert [query.text for query in load_dataset(folder).queries] == ["one\u2028line", "two"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("queries.jsonl", '{"_id": "t:1", "text": "a"}\n{"_id": "t:2"', "queries.jsonl, line 2: "),
        ("queries.jsonl", '{"_id": "t:1"}', "queries.jsonl, line 1: Object missing required field `text`"),
        ("queries.jsonl", '{"_id": 7, "text": "a"}', "queries.jsonl, line 1: Expected `str`"),
        ("queries.jsonl", '{"_id": "t:1", "text": " "}', "queries.jsonl, line 1: the id or the text is empty"),
        ("queries.jsonl", '{"_id":"t:1","text":"a"}\n{"_id":"t:1","text":"b"}', "line 2: a second query 't:1'"),
        ("qrels.tsv", "t:1\tCM20-2#1\t3\n", "qrels.tsv, line 1: expected the header"),
        ("qrels.tsv", "", "qrels.tsv, line 1: expected the header"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nt:1 CM20-2#1 3\n", "qrels.tsv, line 2: expected query-id"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nt:1\tCM20-2#1\thigh\n", "line 2: score 'high' is no whole number"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nt:1\tCM20-2\t1\n", "line 2: corpus-id 'CM20-2' is not of the form"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nx\tCM20-2#1\t1\n", "line 2: query 'x' is not in queries.jsonl"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nt:1\ta#1\t1\nt:1\ta#1\t2\n", "line 3: 'a#1' was judged otherwise"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nt:1\ta#1\t0\n", "no query has anything relevant"),
    ],
)
def test_broken_files_are_named_with_the_line(write_dataset: Any, name: str, content: str, said: str) -> None:
    folder = write_dataset(QUERIES, QRELS)
    (folder / name).write_text(content, encoding="utf-8")
    with pytest.raises(Fault) as raised:
        load_dataset(folder)
    assert said in str(raised.value)
    assert str(folder / name) in str(raised.value)


@pytest.mark.parametrize("name", ["queries.jsonl", "qrels.tsv"])
def test_bytes_that_are_not_utf8(write_dataset: Any, name: str) -> None:
    folder = write_dataset(QUERIES, QRELS)
    place = folder / name
    place.write_bytes(place.read_bytes() + b'{"_id": "\xff", "text": "\xff"}\t\t\n')
    with pytest.raises(Fault, match=f"{name}, line [35]"):
        load_dataset(folder)


@pytest.mark.parametrize(
    ("second", "said"),
    [({"_id": "d1", "text": "again"}, "line 2: a second document 'd1'"), ({"_id": "", "text": "a"}, "line 2: the id")],
)
def test_broken_corpus(write_dataset: Any, second: dict[str, str], said: str) -> None:
    corpus = [{"_id": "d1", "text": "knees"}, second]
    with pytest.raises(Fault, match=said):
        load_dataset(write_dataset([{"_id": "1", "text": "knees"}], [("1", "d1", 1)], corpus))


def test_no_dataset(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="no dataset"):
        load_dataset(tmp_path)
    with pytest.raises(Fault, match="no such folder"):
        load_dataset(tmp_path / "absent")


def test_missing_queries(write_dataset: Any) -> None:
    folder = write_dataset(QUERIES, QRELS)
    (folder / "queries.jsonl").unlink()
    with pytest.raises(Fault, match=r"queries\.jsonl: No such file"):
        load_dataset(folder)
