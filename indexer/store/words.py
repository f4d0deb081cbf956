"""The lexical index of a generation (tantivy): BM25 over title and rationale."""

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import tantivy

from config.errors import IndexFault
from indexer.wording import is_telling

WORDS = "words"
_ITEM = "item"
_BODY = "body"
_STEMS = "stems"
_HEAP = 64_000_000
# tantivy's default tokenizer breaks words at underscores, lower-cases each and drops those of 40 bytes and more.
_WORD = re.compile(r"[^\W_]+")
_LONGEST = 39
# Items fetched beyond the limit, so that one more than it usually tells that nothing ties with the last.
_SPARE = 32


class WordsHit(NamedTuple):
    """An item row and its BM25 score (tantivy's k1 1.2, b 0.75)."""

    item: int
    score: float


def schema() -> tantivy.Schema:
    """Return the schema: an integer item row (an unsigned one makes tantivy 0.27 panic) and the body of words."""
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field(_ITEM, stored=True, indexed=True, fast=True)
    builder.add_text_field(_BODY, stored=False, tokenizer_name="default", index_option="position")
    builder.add_text_field(_STEMS, stored=False, tokenizer_name="en_stem", index_option="freq")
    return builder.build()


def write_words(folder: Path, bodies: Iterable[tuple[int, Sequence[str]]]) -> None:
    """Write the lexical index of (item row, texts) pairs into an empty folder; no phrase crosses from text to text."""
    folder.mkdir(parents=True)
    index = tantivy.Index(schema(), path=str(folder))
    writer = index.writer(_HEAP, 1)
    try:
        for item, body in bodies:
            document = tantivy.Document()
            document.add_integer(_ITEM, item)
            for text in body:
                document.add_text(_BODY, text)
                document.add_text(_STEMS, text)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
    except ValueError as error:  # what tantivy makes of a disk that refuses
        raise OSError(f"{folder.name} could not be written: {error}") from error


class Words:
    """A lexical index opened for reading."""

    def __init__(self, folder: Path) -> None:
        """Open the index in a folder.

        Raises:
            IndexFault: it is damaged.
        """
        with _damage_told():
            self._index = tantivy.Index.open(str(folder))
            self._index.config_reader(reload_policy="manual", num_warmers=0)
            self._searcher = self._index.searcher()

    def search(
        self, text: str, limit: int, allowed: Iterable[int] | None = None, *, stemmed: bool = False
    ) -> list[WordsHit]:
        """Return the items that share words with a text, best first; equal scores by row.

        Args:
            text: any text; every word of it counts, a repeated one as often as it stands.
            limit: items at most.
            allowed: rows that may be returned; None for all.
            stemmed: compare English stems ('denied' meets 'denial'), stop words left out, instead of plain words.

        Raises:
            IndexFault: the index is damaged where it was looked at.
        """
        terms = asked_terms(text, stemmed=stemmed)
        if not terms or limit < 1:
            return []
        query = _any_word(self._index.schema, _STEMS if stemmed else _BODY, terms)
        if allowed is not None:
            query = _within(query, self._index.schema, list(allowed))
        with _damage_told():
            found = self._best(query, limit)
            hits = [WordsHit(int(self._searcher.doc(address)[_ITEM][0]), float(score)) for score, address in found]
        return sorted(hits, key=lambda hit: (-hit.score, hit.item))[:limit]

    def holding(self, phrases: Sequence[str]) -> list[int]:
        """Return the rows, in order, of the items that hold every phrase: its words, one after the other, in one text.

        A phrase without words, or with one that is too long to be indexed, is held by none.

        Raises:
            IndexFault: the index is damaged where it was looked at.
        """
        split = phrase_words(phrases)
        if split is None:
            return []
        must = tantivy.Occur.Must
        query = tantivy.Query.boolean_query([(must, _phrase(self._index.schema, words)) for words in split])
        with _damage_told():
            every = max(1, self._searcher.num_docs)
            found = self._searcher.search(query, every, count=False, order_by_field=_ITEM, order=tantivy.Order.Asc)
            return [int(row) for row, _ in found.hits]

    def rows(self) -> list[int]:
        """Return the item row of every document, in order.

        Raises:
            IndexFault: the index is damaged.
        """
        with _damage_told():
            every = max(1, self._searcher.num_docs)
            query = tantivy.Query.all_query()
            found = self._searcher.search(query, every, count=False, order_by_field=_ITEM, order=tantivy.Order.Asc)
            return [int(row) for row, _ in found.hits]

    def frequency(self, word: str) -> int:
        """Return how many items hold a word.

        Raises:
            IndexFault: the index is damaged where it was looked at.
        """
        with _damage_told():
            return int(self._searcher.doc_freq(_BODY, word.lower()))

    def _best(self, query: tantivy.Query, limit: int) -> list[tuple[float, Any]]:
        """Return the best hits and all that tie with the last: tantivy cuts ties by its segments, not by rows."""
        fetched = limit + _SPARE
        while True:
            found = self._searcher.search(query, fetched).hits
            if len(found) < fetched or found[-1][0] < found[limit - 1][0]:
                return [hit for hit in found if hit[0] >= found[min(limit, len(found)) - 1][0]]
            fetched *= 4


def asked_terms(text: str, *, stemmed: bool) -> list[str]:
    """Return what a text asks for in order, repeated where it is: its words, or the stems of its telling ones."""
    words = [word.lower() for word in _WORD.findall(text) if len(word.encode()) <= _LONGEST]
    return _stems(words) if stemmed else words


def phrase_words(phrases: Sequence[str]) -> list[list[str]] | None:
    """Return the words of each phrase; None where one has none, or one too long to be indexed, so that nothing fits."""
    split = [[word.lower() for word in _WORD.findall(phrase)] for phrase in phrases]
    if any(not words or any(len(word.encode()) > _LONGEST for word in words) for words in split):
        return None
    return split


def indexed_terms(text: str, *, stemmed: bool) -> list[str]:
    """Return the terms of a title or a rationale in order, as the lexical index breaks it."""
    found: list[str] = (_stemmer() if stemmed else _plain()).analyze(text)
    return found


@contextmanager
def _damage_told() -> Iterator[None]:
    """Turn what tantivy makes of damaged files into a fault: errors, or panics, which are no `Exception`."""
    try:
        yield
    except (LookupError, ValueError) as error:
        raise IndexFault(f"the words of the index are damaged: {error}") from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # pyo3 does not export the type
            raise
        raise IndexFault(f"the words of the index are damaged: {error}") from None


def _within(query: tantivy.Query, words_schema: tantivy.Schema, allowed: list[int]) -> tantivy.Query:
    """Narrow a query to some item rows, its scores unchanged."""
    rows = tantivy.Query.term_set_query(words_schema, _ITEM, allowed)
    must = tantivy.Occur.Must
    return tantivy.Query.boolean_query([(must, query), (must, tantivy.Query.const_score_query(rows, 0.0))])


def _stems(words: list[str]) -> list[str]:
    """Return the stems of the words that say something, or of all where none does."""
    telling = [word for word in words if is_telling(word)] or words
    return [stem for word in telling for stem in _stemmer().analyze(word)]


@functools.cache
def _stemmer() -> tantivy.TextAnalyzer:
    """Return what tantivy's own 'en_stem' does to a text."""
    return _breaking().filter(tantivy.Filter.stemmer("english")).build()


@functools.cache
def _plain() -> tantivy.TextAnalyzer:
    """Return what tantivy's own 'default' does to a text."""
    return _breaking().build()


def _breaking() -> tantivy.TextAnalyzerBuilder:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    return builder.filter(tantivy.Filter.remove_long(_LONGEST + 1)).filter(tantivy.Filter.lowercase())


def _phrase(words_schema: tantivy.Schema, words: list[str]) -> tantivy.Query:
    if len(words) == 1:  # tantivy panics at a phrase of one word
        return tantivy.Query.term_query(words_schema, _BODY, words[0])
    return tantivy.Query.phrase_query(words_schema, _BODY, list(words))


def _any_word(words_schema: tantivy.Schema, field: str, words: list[str]) -> tantivy.Query:
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return tantivy.Query.boolean_query(
        [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(tantivy.Query.term_query(words_schema, field, word), float(count)),
            )
            for word, count in counts.items()
        ]
    )
