"""Queries with known relevant items, in the two forms of the contract.

IMR: queries.jsonl and qrels.tsv, run against the index; corpus ids are CASE#ITEM.
BEIR: corpus.jsonl, queries.jsonl and qrels/test.tsv, the corpus indexed on the fly.
"""

import re
from pathlib import Path
from typing import Literal

import msgspec

from eval.lines import DatasetFault, fault, read_json_lines, read_judgements
from indexer.records import Record

Form = Literal["imr", "beir"]
Qrels = dict[str, dict[str, int]]

_ITEM_ID = re.compile(r".+#[0-9]+")
_CORPUS = "corpus.jsonl"
_QUERIES = "queries.jsonl"
_IMR_QRELS = "qrels.tsv"
_BEIR_QRELS = "qrels/test.tsv"


class Query(Record, frozen=True):
    """One query. Nothing of the case `exclude_case` (a case number or an id) may be returned for it."""

    id: str
    text: str
    kind: str | None = None
    exclude_case: str | None = None

    @property
    def cluster(self) -> tuple[str, str]:
        """What the query goes together with: those of one letter exclude it, so its name tells them; others alone."""
        return ("case", self.exclude_case) if self.exclude_case else ("query", self.id)


class CorpusText(Record, frozen=True):
    """One document of a BEIR corpus."""

    id: str
    title: str
    text: str


class Dataset(Record, frozen=True):
    """What is run and how it is judged.

    `queries` are those with something relevant; `without_relevant` names the judged ones that were left out,
    as trec_eval leaves them out. `qrels` holds every judgement: query id -> corpus id -> grade (relevant from
    1 on). `corpus` is empty for the IMR form, where the index is the corpus. `not_indexed` counts the
    relevant items that the index lacks, once the dataset was aligned with one.
    """

    name: str
    form: Form
    queries: tuple[Query, ...]
    qrels: Qrels
    corpus: tuple[CorpusText, ...] = ()
    without_relevant: tuple[str, ...] = ()
    not_indexed: int = 0


class _QueryLine(msgspec.Struct):
    id: str = msgspec.field(name="_id")
    text: str
    kind: str | None = None
    exclude_case: str | None = None


class _CorpusLine(msgspec.Struct):
    id: str = msgspec.field(name="_id")
    text: str
    title: str = ""


def load_dataset(folder: Path) -> Dataset:
    """Read a dataset; a folder with corpus.jsonl is of the BEIR form.

    Raises:
        DatasetFault: a file is missing or broken; the fault names the file and the line.
    """
    form = _form(folder)
    queries = _read_queries(folder / _QUERIES)
    path = folder / (_BEIR_QRELS if form == "beir" else _IMR_QRELS)
    qrels = _read_qrels(path, known=set(queries), form=form)
    # A BEIR folder holds the queries of every split; those that this split does not judge are not its own.
    judged = [query for query in queries.values() if form == "imr" or query.id in qrels]
    relevant = {query for query, grades in qrels.items() if any(grade > 0 for grade in grades.values())}
    if not relevant:
        raise DatasetFault(f"{path}: no query has anything relevant")
    return Dataset(
        name=folder.resolve().name,
        form=form,
        queries=tuple(query for query in judged if query.id in relevant),
        qrels={query: grades for query, grades in qrels.items() if query in relevant},
        corpus=_read_corpus(folder / _CORPUS) if form == "beir" else (),
        without_relevant=tuple(query.id for query in judged if query.id not in relevant),
    )


def _form(folder: Path) -> Form:
    if not folder.is_dir():
        raise DatasetFault(f"{folder}: no such folder")
    if (folder / _CORPUS).is_file():
        return "beir"
    if (folder / _IMR_QRELS).is_file():
        return "imr"
    raise DatasetFault(f"{folder}: no dataset ({_QUERIES} with {_IMR_QRELS}, or with {_CORPUS} and {_BEIR_QRELS})")


def _read_queries(path: Path) -> dict[str, Query]:
    queries: dict[str, Query] = {}
    for number, line in read_json_lines(path, _QueryLine):
        if not line.id or not line.text.strip():
            raise fault(path, number, "the id or the text is empty")
        if line.id in queries:
            raise fault(path, number, f"a second query {line.id!r}")
        queries[line.id] = Query(
            id=line.id, text=line.text, kind=line.kind or None, exclude_case=line.exclude_case or None
        )
    return queries


def _read_qrels(path: Path, known: set[str], form: Form) -> Qrels:
    qrels: Qrels = {}
    for judgement in read_judgements(path):
        if judgement.query not in known:
            raise fault(path, judgement.line, f"query {judgement.query!r} is not in {_QUERIES}")
        if form == "imr" and not _ITEM_ID.fullmatch(judgement.corpus_id):
            raise fault(path, judgement.line, f"corpus-id {judgement.corpus_id!r} is not of the form CASE#ITEM")
        grades = qrels.setdefault(judgement.query, {})
        if grades.setdefault(judgement.corpus_id, judgement.score) != judgement.score:
            raise fault(path, judgement.line, f"{judgement.corpus_id!r} was judged otherwise before")
    return qrels


def _read_corpus(path: Path) -> tuple[CorpusText, ...]:
    corpus: dict[str, CorpusText] = {}
    for number, line in read_json_lines(path, _CorpusLine):
        if not line.id:
            raise fault(path, number, "the id is empty")
        if line.id in corpus:
            raise fault(path, number, f"a second document {line.id!r}")
        corpus[line.id] = CorpusText(id=line.id, title=line.title, text=line.text)
    if not corpus:
        raise DatasetFault(f"{path}: holds no documents")
    return tuple(corpus.values())
